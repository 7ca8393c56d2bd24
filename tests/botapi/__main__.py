"""``python -m tests.botapi``: a server to try a bot against."""

import argparse
import asyncio

from tests.botapi.server import BotApiServer


async def _serve(port: int, *, limits: bool) -> None:
    async with BotApiServer(port=port, limits=limits) as server:
        print(f"base_url {server.base_url}", f"token {server.token}", sep="\n", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--limits", action="store_true", help="keep Telegram's flood limits")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.port, limits=options.limits))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
