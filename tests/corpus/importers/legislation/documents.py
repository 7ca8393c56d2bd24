"""Small acts in each format, with the elements and the habits of real ones."""

from __future__ import annotations

AKN = """<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
<act name="act"><meta>
 <identification source="#editor"><FRBRWork>
  <FRBRthis value="/akn/xx/act/2014-05-06/12/main"/>
  <FRBRdate date="2014-05-06" name="enacted"/>
  <FRBRdate date="2014-07-01" name="dateEntryInForce"/>
  <FRBRauthor href="#parliament" as="#author"/><FRBRcountry value="xx"/><FRBRnumber value="12"/>
 </FRBRWork><FRBRExpression><FRBRdate date="2019-01-01" name="version"/>
  <FRBRlanguage language="eng"/></FRBRExpression>
 <FRBRManifestation><FRBRdate date="2020-02-02" name="conversion"/></FRBRManifestation>
 </identification>
 <publication date="2014-05-09" name="gazette" number="41" showAs="Gazette"/>
 <references source="#editor">
  <TLCOrganization eId="parliament" href="/ontology/p" showAs="Parliament of Harbour"/>
  <TLCPerson eId="editor" href="/ontology/e" showAs="An Editor"/>
 </references></meta>
<coverPage><toc><tocItem href="#s1">Lamp</tocItem></toc></coverPage>
<preface><p class="title"><docTitle>Lighthouse Act 2014</docTitle></p>
 <p>Act <docNumber>12 of 2014</docNumber></p></preface>
<body>
 <chapter eId="c1"><num>Chapter 1</num><heading>Lamps</heading>
  <section eId="s1"><num>1</num><heading>Lamp</heading>
   <subsection><num>(1)</num><content><p>The keeper lights the lamp at dusk<authorialNote
    marker="1"><p>See the table of dusks.</p></authorialNote> each day.</p></content></subsection>
   <subsection><num>(2)</num><intro><p>The lamp is put out if—</p></intro>
    <paragraph><num>(a)</num><content><p>it smokes, or</p></content></paragraph>
    <paragraph><num>(b)</num><intro><p>it is day and</p></intro>
     <subparagraph><num>(i)</num><content><p>clear, or</p></content></subparagraph>
     <subparagraph><num>(ii)</num><content><p>warm,</p></content></subparagraph></paragraph>
    <wrapUp><p>unless a ship is near.</p></wrapUp></subsection>
  </section>
  <section eId="s2"><num>2</num><heading>Oil</heading>
   <content><p>In this Act—</p><ul><li><p>“oil” means whale oil, and</p></li>
    <li><p>“dusk” means<eol/> sunset.</p></li></ul>
    <table><tr><th>Lamp</th><th>Litres</th></tr><tr><td>small</td><td>2</td></tr></table>
   </content></section>
 </chapter></body>
<conclusions><p>Done at Harbour.</p></conclusions></act></akomaNtoso>
"""

USLM = """<?xml version="1.0" encoding="UTF-8"?>
<bill xmlns="http://schemas.gpo.gov/xml/uslm" xmlns:dc="http://purl.org/dc/elements/1.1/">
<meta><dc:title>9 HR 7 IH: To light lamps.</dc:title><dc:type>House Bill</dc:type>
<docNumber>7</docNumber><citableAs>9 HR 7 IH</citableAs><docStage>Introduced</docStage>
<dc:creator>United States House of Representatives</dc:creator>
<processedDate>2024-09-09</processedDate><dc:language>EN</dc:language></meta>
<preface><distributionCode>I</distributionCode><congress value="9">9th CONGRESS</congress>
<dc:type>H. R. </dc:type><docNumber>7</docNumber>
<action><date date="2019-04-03">April 3, 2019</date><actionDescription>Ms. Lamp introduced the
 following bill</actionDescription></action></preface>
<main><longTitle><docTitle>A BILL</docTitle>
<officialTitle>To light lamps.</officialTitle></longTitle>
<section><num value="1">SECTION 1. </num><heading>SHORT TITLE.</heading>
<content>This Act may be cited as the “Lamp Act”.</content></section>
<section><num value="2">SEC. 2. </num><heading>LAMPS.</heading>
<content>Section 5 is amended by adding the following:
<quotedContent><subsection><num>“(g) </num><heading>Lamps.—</heading>
<paragraph><num>“(1) </num><heading>Limits.—</heading><chapeau>No more lamps than—</chapeau>
<subparagraph><num>“(A) </num><content>five, or</content></subparagraph>
<subparagraph><num>“(B) </num><content>six,</content></subparagraph>
<continuation>are lit.”</continuation></paragraph></subsection></quotedContent><inline
 role="after-quoted-block">.</inline></content></section></main><endMarker>○</endMarker></bill>
"""

BILL = """<?xml version="1.0"?>
<!DOCTYPE bill PUBLIC "-//US Congress//DTDs/bill.dtd//EN" "bill.dtd">
<bill bill-stage="Introduced-in-House"><metadata><dublinCore>
<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">9 HR 8 IH: Oil Act</dc:title>
</dublinCore></metadata>
<form><congress>9th CONGRESS</congress><legis-num>H. R. 8</legis-num>
<current-chamber>IN THE HOUSE OF REPRESENTATIVES</current-chamber>
<action><action-date date="20190404">April 4, 2019</action-date>
<action-desc>Mr. Oil introduced the following bill</action-desc></action>
<legis-type>A BILL</legis-type><official-title>To buy oil.</official-title></form>
<legis-body><section><enum>1.</enum><header>Oil</header>
<text>The keeper buys oil under &sect; 5 if&#8212;</text>
<paragraph><enum>(1)</enum><text>it is cheap; or</text></paragraph>
<paragraph><enum>(2)</enum><text>it is pure.</text></paragraph></section></legis-body></bill>
"""

CLML = """<?xml version="1.0" encoding="utf-8"?>
<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"
 DocumentURI="http://www.legislation.gov.uk/uksi/2012/900">
<ukm:Metadata xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The Lamps Regulations 2012</dc:title><dc:language>en</dc:language>
<dc:publisher>Statute Law Database</dc:publisher><dc:modified>2022-05-05</dc:modified>
<ukm:SecondaryMetadata><ukm:DocumentClassification>
<ukm:DocumentMainType Value="UnitedKingdomStatutoryInstrument"/>
<ukm:DocumentStatus Value="revised"/></ukm:DocumentClassification>
<ukm:Year Value="2012"/><ukm:Number Value="900"/><ukm:Made Date="2012-02-27"/>
<ukm:Laid Date="2012-03-05"/><ukm:ComingIntoForce><ukm:DateTime Date="2012-04-06"/>
</ukm:ComingIntoForce></ukm:SecondaryMetadata></ukm:Metadata>
<Contents><ContentsItem><ContentsTitle>Lamps</ContentsTitle></ContentsItem></Contents>
<Secondary><SecondaryPrelims><Number>2012 No. 900</Number><Title>The Lamps Regulations 2012</Title>
<MadeDate><Text>Made</Text><DateText>27th February 2012</DateText></MadeDate></SecondaryPrelims>
<Body><Part><Number>PART 1</Number><Title>General</Title>
<P1group><Title>Duty</Title><P1><Pnumber>1</Pnumber><P1para>
<P2><Pnumber>1</Pnumber><P2para><Text>A keeper must<FootnoteRef Ref="f1"/>—</Text>
<P3><Pnumber>a</Pnumber><P3para><Text>light the lamp;</Text></P3para></P3>
<P3><Pnumber>b</Pnumber><P3para><Text>trim it.</Text></P3para></P3></P2para></P2>
<P2><Pnumber>2</Pnumber><P2para><Text>A keeper may rest.<CommentaryRef Ref="c1"/></Text>
</P2para></P2></P1para></P1></P1group></Part></Body>
<Signature/></Secondary>
<SignedSection><Signatory><Signee><PersonName>A Minister</PersonName><JobTitle>Minister</JobTitle>
<Department>Department for Lamps</Department></Signee></Signatory></SignedSection>
<Footnotes><Footnote id="f1"><FootnoteText><Para><Text>1990 c. 1.</Text></Para></FootnoteText>
</Footnote></Footnotes>
<Commentaries><Commentary id="c1"><Para><Text>Words inserted by an editor.</Text></Para>
</Commentary></Commentaries></Legislation>
"""

FORMEX = """<?xml version="1.0" encoding="UTF-8"?>
<ACT><BIB.INSTANCE><DATE ISO="20190417">20190417</DATE><LG.DOC>EN</LG.DOC>
<NO.DOC FORMAT="YN" TYPE="OJ"><NO.CURRENT>790</NO.CURRENT><YEAR>2019</YEAR><COM>EU</COM></NO.DOC>
</BIB.INSTANCE><TITLE><TI><P><HT TYPE="UC">Regulation</HT> (EU) 2019/790 <HT TYPE="UC">of the
 European Parliament and of the Council</HT></P><P>of <DATE ISO="20190417">17 April 2019</DATE></P>
<P>on lamps</P><P>(Text with EEA relevance)</P></TI></TITLE>
<PREAMBLE><PREAMBLE.INIT>THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN
 UNION,</PREAMBLE.INIT>
<GR.CONSID><GR.CONSID.INIT>Whereas:</GR.CONSID.INIT>
<CONSID><NP><NO.P>(1)</NO.P><TXT>Lamps help ships. They burn.<NOTE NOTE.ID="E1"><P>OJ C 1, p.
 2.</P></NOTE></TXT></NP></CONSID>
<CONSID><NP><NO.P>(2)</NO.P><TXT>Oil is dear.</TXT></NP></CONSID></GR.CONSID></PREAMBLE>
<ENACTING.TERMS><DIVISION><TITLE><TI><P>TITLE I</P></TI><STI><P>LAMPS</P></STI></TITLE>
<ARTICLE><TI.ART>Article 1</TI.ART><STI.ART>Duty</STI.ART><PARAG><NO.PARAG>1.</NO.PARAG>
<ALINEA><P>A <QUOT.START CODE="2018"/>keeper<QUOT.END CODE="2019"/> shall:</P><LIST TYPE="alpha">
<ITEM><NP><NO.P>(a)</NO.P><TXT>light the lamp;</TXT></NP></ITEM>
<ITEM><NP><NO.P>(b)</NO.P><TXT>trim it.</TXT></NP></ITEM></LIST></ALINEA></PARAG></ARTICLE>
<ARTICLE><TI.ART>Article 2</TI.ART><STI.ART>Entry into force</STI.ART><ALINEA>This Regulation shall
 enter into force on <DATE ISO="20190601">1 June 2019</DATE>.</ALINEA></ARTICLE></DIVISION>
</ENACTING.TERMS><FINAL><SIGNATURE><PL.DATE><P>Done at Strasbourg, <DATE ISO="20190417">17 April
 2019</DATE>.</P></PL.DATE></SIGNATURE></FINAL></ACT>
"""

RULE = """<RULE><PREAMB><AGENCY TYPE="S">DEPARTMENT OF LAMPS</AGENCY>
<SUBAGY>Bureau of Oil</SUBAGY><CFR>12 CFR Part 3</CFR><DEPDOC>[Docket No. 7]</DEPDOC>
<SUBJECT>Oil Prices</SUBJECT>
<AGY><HD SOURCE="HED">AGENCY:</HD><P>Bureau of Oil (BO), Lamps.</P></AGY>
<ACT><HD SOURCE="HED">ACTION:</HD><P>Final rule.</P></ACT>
<EFFDATE><HD SOURCE="HED">DATES:</HD><P>This rule is effective January 1, 2015. Comments are due
 March 2, 2015.</P></EFFDATE></PREAMB>
<SUPLINF><HD SOURCE="HED">SUPPLEMENTARY INFORMATION:</HD><HD SOURCE="HD1">I. Background</HD>
<P>Oil (<E T="03">i.e.,</E>whale oil)<SU>1</SU> is dear and<PRTPAGE P="77855"/>it burns. H<E
 T="52">2</E>O does not.</P><FTNT><P><SU>1</SU> A whale is large.</P></FTNT>
<GPOTABLE><TTITLE>Prices</TTITLE><BOXHD><CHED H="1">Oil</CHED><CHED H="1">Crowns</CHED></BOXHD>
<ROW><ENT I="01">whale</ENT><ENT>4</ENT></ROW></GPOTABLE>
<SIG><DATED>Dated: December 15, 2014.</DATED><NAME>A. Keeper,</NAME></SIG></SUPLINF>
<FRDOC>[FR Doc. 2014-30404 Filed 12-24-14; 8:45 am]</FRDOC><BILCOD>BILLING CODE 4810</BILCOD></RULE>
"""

ISSUE = f"""<FEDREG><VOL>79</VOL><DATE>Monday, December 29, 2014</DATE><RULES>{RULE}</RULES>
<PRESDOCS><PRESDOCU><EXECORD><TITLE3>Title 3—</TITLE3><PRES>The President</PRES>
<EXECORDR>Executive Order 13658 of February 12, 2014</EXECORDR>
<HD SOURCE="HED">Lighting the Lamps</HD><FP>By the authority vested in me, it is ordered:</FP>
<P>Every lamp is lit.</P><DATE>February 12, 2014.</DATE></EXECORD></PRESDOCU></PRESDOCS></FEDREG>
"""
