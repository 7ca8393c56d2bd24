"""Rules on days: of issue, of taking effect and expiring, in force, and the order by date."""
