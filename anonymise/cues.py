"""Words that say something about the word beside them. Plain data, lower-case and folded; from general knowledge."""

TITLES = frozenset(
    "juf juffrouw juffie meester meneer mevrouw mevr dhr mw mr mrs heer dokter dr drs prof tante tant oom ome nonkel oma opa opoe omi opi"
    " buurvrouw buurman buuf zuster broeder pater pastoor dominee imam coach trainer sergeant agent inspecteur wethouder"
    " burgemeester rechter schooljuf gymjuf gymmeester tita tia tio abla abi khalti ammo beppe pake omke muoike".split()
)
"""What stands right before a name."""

RELATIONS = frozenset(
    "zoon zoontje dochter dochtertje kind kindje baby zus zusje zuster broer broertje broeder tweelingbroer tweelingzus tweeling"
    " stiefzus stiefbroer halfbroer halfzus nicht nichtje neef neefje vader moeder papa mama pap mam stiefvader stiefmoeder"
    " pleegmoeder pleegvader schoonmoeder schoonvader schoonzus zwager man vrouw vriend vriendin vriendje vriendinnetje ex partner"
    " verloofde maat maatje collega baas bazin leidinggevende begeleider begeleidster mentor voogd bewindvoerder jeugdwerker jongerenwerker"
    " hulpverlener schuldhulpverlener psycholoog therapeut huisarts tandarts verpleegkundige jeugdarts kraamverzorgster verloskundige"
    " advocaat advocate rechter ambtenaar wethouder directeur directrice conciërge concierge decaan leraar lerares docent docente"
    " leerkracht schoolhoofd buurmeisje buurjongen buurvrouw buurman klasgenoot klasgenootje huisgenoot huisbaas verhuurder"
    " uitvoerder voorman voorvrouw chef eigenaar eigenares bakker slager kapper kapster oppas gastouder vrijwilliger vrijwilligster"
    " werker werkster maatschappelijk coach budgetcoach taalcoach trainer trainster badmeester zwemleraar gymleraar muzieklerares"
    " jong wicht jongste oudste middelste tweede eerste kleindochter kleinzoon kleinkind oma opa tante oom oudtante hond hondje poes"
    " poesje kat katje kater konijn konijntje hamster hamstertje cavia parkiet pony paard knuffel knuffeltje beer pop popje"
    " gozer gast mattie bro meisje jongen meid knul dame heer".split()
)
"""Who a name may follow: `mijn zoon X`, `mijn begeleider X`."""

ROLES = frozenset(
    "mentor wethouder docent docente decaan leraar lerares leerkracht advocaat advocate rechter directeur directrice psycholoog"
    " huisarts tandarts bewindvoerder voogd coach trainer begeleider jeugdarts consulent conciërge concierge familie gezin".split()
)
"""Who is called by a family name, particles and all: `mentor van houten`."""

NICKNAMES = frozenset("rooie lange dikke zwarte schele blonde ouwe gekke stoere kromme mooie dove".split())
"""What may belong to a first name after it: `rooie wim`."""

INTRODUCING = frozenset(
    "heet heette heetten heten hiet hette genaamd noem noemt noemde noemden noemen roept roepen riep vernoemd genoemd".split()
)
"""Verbs of naming: `ik heet X`, `hij heet X`, `ze noemen hem X`."""

FILLERS = frozenset(
    "dus eigenlijk gewoon nu nou eh ehm uh uhm ja hè zeg maar toen ook echt dan altijd officieel trouwens hem haar mij me je jou ons hun"
    " ze zich het is was naar".split()
)
"""What may stand between `ik heet` and the name."""

DETERMINERS = frozenset(
    "de het een 't 'n die dat deze dit geen mijn m'n je jouw zijn z'n haar d'r ons onze jullie hun elke elk ieder iedere welke welk zo'n"
    " zulke veel weinig meer minder wat mien mij uw alle sommige andere eerste tweede laatste volgende nieuwe oude kleine grote mooie"
    " lieve goede goeie hele halve beste eigen te zeer heel erg twee drie vier vijf zes zeven acht negen tien".split()
)
"""Before an everyday word these make it an everyday word: `een roos`, `mooie roos`."""

SAYS = frozenset("zei zegt zeg vroeg vraagt riep roept belde belt appte appt antwoordde fluisterde schreef mailde lachte vertelde vertelt".split())
"""`zei X` and `X zei`."""

DOES = SAYS | frozenset(
    "heeft had is was wordt werd gaat ging komt kwam wil wou wilde kan kon mag mocht moet moest zal zou doet deed vindt vond denkt dacht"
    " weet wist woont woonde werkt werkte zit zat staat stond ligt lag slaapt sliep huilt huilde speelt speelde kreeg krijgt gaf geeft"
    " bleef blijft nam neemt liep loopt keek kijkt zag ziet hoorde hoort pakte pakt eet at drinkt dronk leest las leert leerde hielp helpt"
    " droeg draagt bracht brengt haalde haalt maakte maakt zette zet begon begint heet heette merkte snapte snapt schrok wacht wachtte"
    " durft durfde hoeft hoefde kroop viel valt stapte regelde regelt betaalt betaalde bedacht legde legt zong knikte hoest bood".split()
)
"""Third-person verbs of everyday telling; after a bare everyday word they make it a subject, and likely a name."""

OWNERS = frozenset("z'n zijn d'r haar der dr zn".split())
"""`X z'n fiets`."""

BEFORE_PERSON = frozenset("met van voor bij aan tegen door zonder naast achter over namens samen en of ook".split())

PARTICLES = frozenset("van de den der ter ten te het 't el al ait ben bin abu ibn von di da del la le dos du vander vanden op in aan bij".split())
"""Small words inside names: `van der`, `El`, `Bergen op Zoom`."""

LIVES = frozenset(
    "woon woont wonen woonde woonden gewoond verhuisd verhuisde verhuisden verhuizen geboren opgegroeid getogen kom komt komen kwam kwamen"
    " gekomen vandaan gevlucht gereisd zit zitten zat werk werkt werkte naar vlakbij buurt regio omgeving station centrum gemeente stad dorp"
    " wijk terug locatie school opvang azc kantoor bus trein haven bin bet ben loket flat woning huis huisje kamer".split()
)
"""Words that say that a place may follow with in, uit, naar or te."""

TO_PLACE = frozenset("in uit naar te nabij bij rond richting vanuit tot buiten van".split())

STREET_ENDS = (
    "straat", "straatje", "laan", "laantje", "plein", "pleintje", "weg", "hof", "hofje", "kade", "gracht", "dreef", "steeg", "singel", "plantsoen",
    "dijk", "pad", "wal", "erf", "veld", "burgwal", "haven", "markt", "baan", "stein", "donk", "oord", "kamp", "hoek", "park", "rade", "horst", "ring",
    "boulevard", "allee", "kant", "zoom", "mark", "gaarde", "hoeve", "stede", "brink", "es", "werf", "stroom", "diep", "vaart", "sloot", "wetering",
)  # fmt: skip
SURE_STREET_ENDS = STREET_ENDS[:14] + ("plantsoen", "burgwal", "boulevard", "dijk", "pad", "allee", "wetering")
"""Endings that say street by themselves when the whole word is no everyday word."""

STREET_FIRST = frozenset("prins prinses koning koningin burgemeester burg dokter dr pastoor sint st van de den der oude nieuwe lange korte professor mgr".split())

ORDINARY_STREETS = frozenset(
    "winkelstraat zijstraat hoofdstraat woonstraat achterstraat voorstraat overstraat dwarsstraat snelweg onderweg halverwege hoofdweg"
    " fietspad voetpad wandelpad zandpad tegelpad bospad schoolplein marktplein dorpsplein speelplein buitenplein kerkplein parkeerplein"
    " stationsplein rijbaan startbaan loopbaan achtbaan ijsbaan schaatsbaan skatebaan renbaan spoorbaan bowlingbaan omweg uitweg terugweg"
    " heenweg thuisweg inweg grindweg zandweg spoorweg waterweg vaarweg rijksweg hobbelweg kinderhof binnenhof voorhof achterhof gerechtshof"
    " kerkhof dierentuin zandbak voetbalveld sportveld speelveld grasveld slagveld kortebaan winkelcentrum zebrapad buurtplein".split()
)
"""Everyday words with a street's ending. Hoofdweg is a real street too: with a number or a capital it is masked."""

SCHOOL_WORDS = frozenset(
    "school basisschool schooltje brede-school montessorischool daltonschool jenaplanschool vrijeschool openbare obs cbs kbs rkbs pcbs pcb sbo"
    " peuterspeelzaal peuteropvang kinderopvang kinderdagverblijf creche kdv bso voorschool speelzaal college lyceum scholengemeenschap mavo"
    " vmbo-school praktijkschool taalschool gymnasium roc mbo kleuterschool kinderdagcentrum internaat".split()
)
SCHOOL_TAILS = frozenset("college lyceum school scholengemeenschap gymnasium mavo basisschool".split())
SCHOOL_NEAR = SCHOOL_WORDS | frozenset("groep klas juf meester leerkracht leraar kleuters kleuter leerling les overblijf overblijven schoolplein".split())

ORGANISATIONS = frozenset(
    "stichting woningcorporatie woningbouwvereniging woningbouw woningstichting corporatie sportschool kwekerij pizzeria restaurant eetcafe"
    " cafe cafetaria snackbar frituur lunchroom buurthuis wijkcentrum jongerencentrum buurtcentrum wijkgebouw dorpshuis speeltuin zwembad"
    " muziekschool dansschool balletschool manege bakkerij banketbakkerij slagerij kapsalon garage autobedrijf aannemersbedrijf bouwbedrijf"
    " schoonmaakbedrijf schildersbedrijf loonbedrijf hoveniersbedrijf transportbedrijf installatiebedrijf familiebedrijf uitzendbureau"
    " uitzendbedrijf bezorgdienst firma hotel verzorgingshuis zorginstelling ziekenhuis voetbalclub voetbalvereniging sportclub sportvereniging"
    " vereniging scouting turnvereniging zwemclub judoclub boksschool boksclub korfbalclub hockeyclub kerk kerkgenootschap moskee tempel"
    " kringloopwinkel camping vakantiepark bungalowpark recreatiepark opvanglocatie crisisopvang azc inloophuis buurtkamer huiskamerproject"
    " supermarkt groenteboer fietsenmaker fietsenwinkel bloemist kledingwinkel winkel zorgboerderij kinderboerderij boerderij gezinshuis"
    " advocatenkantoor huisartsenpraktijk tandartspraktijk apotheek bewindvoerderskantoor incassobureau deurwaarderskantoor sv vv fc rkvv svv".split()
)
"""Words after which the name of a club, firm or house may follow."""

ORGANISATION_ENDS = (
    "bedrijf", "centrum", "bureau", "handel", "winkel", "vereniging", "praktijk", "fabriek", "club", "stichting", "kwekerij", "huiskamer",
    "restaurant", "tuin", "zorg", "hal", "bad",
)  # fmt: skip

ORGANISATION_TAILS = frozenset(
    "schoonmaak transport bouw logistics logistiek techniek installaties catering zorg bewind bewindvoering schilders wonen bv vof holding"
    " uitzendbureau bakkerij supermarkt fietsen autoservice taxi kinderopvang groep".split()
)
"""Words that end the name of a firm: `brink schoonmaak`."""

NOT_A_SCHOOL = frozenset(
    "bank stoel bed grond vloer wc trap plein schoolplein school basisschool middelbare lagere mavo havo vwo vmbo mbo hbo kader basis atheneum"
    " telefoon tablet computer laptop internaat gymnasium opvang taalschool fiets trein bus toilet kade hoek rand rij rug schoot paard muur"
    " tafel dak balkon markt universiteit uni sofa kamer zolder gang gemeente uitkering bijstand boot park plank kist motor scooter auto"
    " werk kantoor politiebureau bureau dansles zwemles voetbal judo gym hockey tennis ballet gitaarles muziekles muziekschool punt eind"
    " einde begin moment goede kop voorste achterste eerste tweede derde vierde laatste zelfde wereld stoep drempel tribune bankje krukje"
    " kinderopvang creche bso peuterspeelzaal kringloop winkel zaak planning huishouding huis stage praktijkschool praktijkonderwijs speciaal"
    " internet foto lijst wachtlijst vakantie camping eiland boerderij strand water ijs gras gang regenpijp vliegende zwarte blaren geld".split()
)
"""What one may sit on or go to with `zit op de/het` that is no school's name."""

NOT_SPEAKERS = frozenset(
    "interviewer vraag antwoord van aan onderwerp datum cc bcc ps nb tel telefoon mail email e-mail adres naam let op spreker spreekster"
    " speaker verteller moeder vader mama papa kind ouder zij hij ik wij jij mij redactie groet p.s. v a q".split()
)
"""Words before a colon at the start of a line that are no person."""
