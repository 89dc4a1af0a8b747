package plan

import (
	"slices"
	"strings"
	"sync"
)

// mistake is a set of ways in which a request is wrong.
type mistake uint32

// The ways. Those of a field come first, then those of who asks, then those of the request as a whole, then what no change of a request brings about.
const (
	isMissing mistake = 1 << iota
	isEmpty
	isNull
	isMistyped // "must be numeric"
	isInvalid
	isUnknown
	isDuplicate
	isUnlisted // "other than OPEN or CLOSED"
	isTooLong
	isTooShort
	isTooGreat
	isTooSmall
	isExpired
	isUnauthorised
	isWrongMethod
	isWrongMedia
	isMalformed
	isBodiless
	isGeneric     // "bad request"
	isState       // "insufficient balance"
	isServerFault // "internal error"
)

// ofField are the mistakes that need a field to be made in.
const ofField = isMissing | isEmpty | isNull | isMistyped | isInvalid | isUnknown | isDuplicate | isUnlisted | isTooLong | isTooShort | isTooGreat | isTooSmall

// phrases tell mistakes in several languages, without accents. "*" stands for the rest of a word, "@" for what is named. Where one of them is found, it
// is taken out of the text, so that the longer ones come first: "not required format" is no "required".
var phrases = []struct {
	mistake mistake
	words   string // separated by "|"
}{
	{isServerFault, `internal*|server error|system error|technical*|unexpected error|something went wrong|unknown error|service error|gateway error|timeout|time out|
		timed out|
		unavailab*|maintenance|overload*|database error|erro interno|error interno|interner|serverfehler|systemfehler|exception|under construction|backend*|downstream*|
		upstream*`},
	{isState, `too many|rate limit|quota|throttl*|limit reached|limit exceeded|exceeded the limit|insufficient|balance|blocked|locked|inactive|not active|disabled|
		suspend*|closed|cancelled|
		canceled|not eligible|ineligible|not enabled|not activated|not configured|whitelist*|permission*|forbidden|access denied|not permitted to|not allowed to|no access|
		already verified|already paid|already processed|already cancelled|already closed|already used|been used|in progress|pending|deactivated|terminated|out of stock|
		sold out|
		keine berechtigung|gesperrt|saldo insuficiente|saldo insuffisant|sem permissao|sin permiso*|zugriff verweigert|acceso denegado|acesso negado|bloquead*|unable to|
		failed to|could not be sent|
		not subscribed|subscription*|declined|refused by|maximum number of|maximum tries|attempts|not yet|no longer|combination|conflict*|consent*|not verified|
		not available|fraud*|risk`},
	{isWrongMethod, `method not allowed|method is not allowed|wrong method|invalid method|unsupported method|invalid http method|method not supported|
		method is not supported|wrong http method|
		http method|request method|methode nicht erlaubt|metodo no permitido|metodo nao permitido|use post|use get`},
	{isWrongMedia, `unsupported media type|media type|content type|mime type|medientyp|tipo de contenido|tipo de midia`},
	{isMalformed, `malformed|not json|no json|invalid json|json invalid*|json is invalid|not valid json|no valid json|not a valid json|json parse|parse error|
		parsing error|parsing|not well formed|
		syntax*|unparseable|unparsable|unreadable|not readable|cannot be parsed|could not be parsed|kein gultiges json|invalid json body|invalid xml`},
	{isBodiless, `body is missing|body missing|missing body|missing request body|empty body|body is empty|empty request|request is empty|request body is required|
		body required|
		no body|empty payload|payload is empty|no request body|request body missing|without body|without a body`},
	{isUnauthorised, `unauthori*|not authori*|authentication failed|authentication required|authentication error|authentication failure|authorization failed|
		authorization required|authorisation failed|
		not authenticated|unauthenticated|login required|log in|not logged in|not signed in|without signing in|without a token|without token|without a key|without key|
		caller not recogni*|no autorizad*|nao autorizad*|nicht autorisiert|nicht angemeldet|
		non autoris*|autenticacion fallida|
		falha na autenticacao|anmeldung erforderlich|access token*|bearer token*|auth token*|jwt*|authorization token*|api key*|apikey*|authorization header*|credential*|
		zugangsdaten|invalid token|
		token is invalid|token invalid|token missing|missing token|no token|token is missing|token required|token is required|token expired|token is expired|
		token has expired|expired token|session*|
		token abgelaufen|token invalido|token expirado|token fehlt|token ungultig|ungultiger token|token caducado|invalid signature|signature mismatch|signature invalid|
		sin token|sem token`},
	{isDuplicate, `duplicat*|already exist*|already register*|already present|already taken|same request|sent twice|sent again|repeated|ja existe|ja cadastrad*|
		ya existe|ya registrad*|duplicad*|
		bereits vorhanden|existiert bereits|doppelt*|existe deja`},
	{isUnlisted, `other than|not one of|not in the list|not in list|none of|is not among|not among|one of|any of|allowed values|valid values|possible values|
		accepted values|permitted values|not supported|unsupported|
		not accepted|value not allowed|is not allowed|not permitted|not an allowed|nicht unterstutzt|no soportad*|nao suportad*|no permitid*|nao permitid*|non supporte*|
		not part of|not a supported`},
	{isGeneric, `bad request|request failed|invalid request`},
	{isTooLong, `too long|length exceed*|exceeds length|exceeds the length|too many characters|zu lang|demasiado largo|demasiado larga|muito longo|muito longa|
		maximum length|max length`},
	{isTooShort, `too short|zu kurz|muito curto|demasiado corto|minimum length|min length`},
	{isTooGreat, `too large|too high|too big|exceeds maximum|exceeds the maximum|above maximum|above the maximum|exceeds limit|exceeds the limit|zu gross|zu hoch`},
	{isTooSmall, `too small|too low|below minimum|below the minimum|less than minimum|less than the minimum|zu klein`},
	{isEmpty, `empty|blank|leer*|vacio|vacia|vazio|vazia|vide|en blanco|em branco|zero length`},
	{isNull, `null|nil|nulo|nula`},
	{isInvalid, `enter valid|enter a valid|provide valid|provide a valid|enter correct|provide correct|enter the correct|pass valid|pass a valid|send valid|send a valid|use a valid|valid @ only`},
	{isMissing, `please provide|kindly provide|please enter|kindly enter|please specify|please send|please pass|left out|not provided|not present in|
		not present|not supplied|not sent|not passed|not given|not specified|not included|not set|not entered|
		not submitted|not informed|
		not found in request|not found in the request|not found in header|missing|omitted|absent|mandatory|required|must be provided|must be present|must be sent|
		must be specified|must be supplied|
		must be given|must be passed|must be set|should be provided|should be present|should be passed|needs to be provided|is needed|without|
		ausente|obrigatori*|nao informad*|nao enviad*|nao preenchid*|faltando|faltante|falta|requerid*|obligatori*|no enviad*|no informad*|no proporcionad*|omitid*|fehlt|
		fehlen*|pflichtfeld|pflichtangabe|pflicht|
		erforderlich*|nicht angegeben|nicht ubergeben|nicht gesetzt|muss angegeben werden|manquant*|obligatoire|requis*|mancante|obbligatori*|no @ passed|no @ provided|
		no @ given|no @ sent|no @ in|no @ supplied`},
	{isUnknown, `not found|no such|unknown|does not exist|doesn t exist|do not exist|not exist*|non existent|non existing|nonexist*|not registered|not recogni*|
		unrecogni*|not known|could not be found|
		cannot be found|no record*|no data*|no @ found|no @ exists|no @ has|no @ with|nothing in this|nothing in|no result*|no matching|not present in system|
		not present in the system|not present in our|not in our|
		no encontrad*|no existe|desconocid*|inexistente|nao encontrad*|nao existe|nao cadastrad*|desconhecid*|nicht gefunden|unbekannt*|existiert nicht|nicht vorhanden|
		nicht bekannt|nicht registriert|introuvable|inconnu*|
		n existe pas|non trouve*|non trovat*|sconosciut*`},
	{isMistyped, `not a number|not numeric|non numeric|nonnumeric|not an integer|not integer|not a valid number|not a digit|numeric only|only numeric|only digits|
		digits only|only numbers|numbers only|must be numeric|
		should be numeric|must be a number|should be a number|must be number|should be number|must be an integer|must be integer|should be integer|should be an integer|
		must be a valid number|
		must contain only digits|should contain only digits|contains letters|contains alphabets|alphabets|not a boolean|must be boolean|must be a boolean|
		should be boolean|true or false|
		keine zahl|muss numerisch sein|nicht numerisch|debe ser numerico|deve ser numerico|nao numerico|no numerico|apenas numeros|somente numeros|solo numeros|nur ziffern`},
	{isInvalid, `invalid*|not valid|not a valid|is no valid|no valid|must be a valid|must be valid|should be valid|should be a valid|needs to be valid|incorrect*|wrong|
		bad|illegal|improper|in an unknown format|format|mismatch*|
		does not match|do not match|not match*|doesn t match|verification failed|validation failed|validation error|falsch*|ungultig*|fehlerhaft*|erron*|incorret*|
		no es valid*|nao e valid*|formato|non valide|non valido|
		broken|corrupt*|not parseable|not correct|garbage|inaccurate`},
	{isExpired, `expired|expirad*|abgelaufen*|caducad*|vencid*|expire*`},
	{isGeneric, `request failed|bad request|failed|failure|error|fehler|fehlgeschlagen|erro|unprocessable*|not processed|validation|requisicao|solicitud|anfrage|
		requete|incomplete|rejected`},
}

// generalities are words that name no field, whatever fields there are.
const generalities = " request requests data input inputs parameter parameters param params field fields value values argument arguments attribute attributes " +
	"error errors message messages " +
	"response details information info record records query body payload json xml header headers url uri endpoint resource object item format type code status id " +
	"name key number " +
	"mandatory required campo campos parametro valor feld felder angaben eingabe eingaben anfrage datos dados operation property properties element "

// connectives say nothing of what they stand beside.
const connectives = " the a an is are was were be been being has have had in of on to for with by this that these those it its your our their his her any some " +
	"each every must should shall may can could will would not " +
	"no non and or as at from per than then but if when and also either neither nor only just please check provide pass send enter entered given provided supplied " +
	"specified submitted sent passed such valid correct " +
	"proper field parameter param value attribute header query path body input request property element key name number id e g i " +
	"o a os as um uma do da de del la el los las un una en em no na y e ou u es esta nao se para com con por que der die das den dem des ein eine einen ist sind " +
	"nicht kein keine und oder im mit fur von zu wurde werden muss darf " +
	"le les l d du au aux est pas ou et dans parametro campo feld parameter wert valor champ system database existing found exist exists does do did has supports support " +
	"digits digit characters character chars char letters letter long length minimum maximum min max least most exactly between greater less more larger smaller " +
	"shorter longer exceeds exceed above below over under equal " +
	"zeichen stellen caracteres digitos ziffern numeric alphanumeric integer string zero one two three four five six seven eight nine ten limit allowed permitted range out outside negative positive "

// fits says where in the text, which begins and ends with a blank, a phrase begins and ends; ok is false where it does not occur.
func fits(text, phrase string) (start, end int, ok bool) {
	stem, open := strings.CutSuffix(phrase, "*")
	for i := 0; i < len(text); i++ {
		n := strings.Index(text[i:], stem)
		if n < 0 {
			break
		}
		i += n
		if end = i + len(stem); i == 0 || text[i-1] != ' ' || !open && (end == len(text) || text[end] != ' ') {
			continue
		}
		return i - 1, end + strings.IndexByte(text[end:], ' ') + 1, true
	}
	return 0, 0, false
}

// lexicon holds the phrases in a form in which they are quickly looked up.
type lexicon struct {
	phrases []lexiconPhrase
	plain   map[string]bool
	stems   []string
}

type lexiconPhrase struct {
	mistake mistake
	text    string
	first   string // its first word, without which it need not be looked for
	initial uint32 // of that word, see initialOf
}

// initialOf is one bit for each letter that a word may begin with, and one for all else.
func initialOf(word string) uint32 {
	if word == "" || word[0] < 'a' || word[0] > 'z' {
		return 1 << 31
	}
	return 1 << (word[0] - 'a')
}

// initialsOf are those of the words of a text.
func initialsOf(text string) (all uint32) {
	for i := range len(text) {
		if text[i] == ' ' {
			all |= initialOf(text[i+1:])
		}
	}
	return all
}

// theLexicon is built once; it never changes.
var theLexicon = sync.OnceValue(func() *lexicon {
	l := &lexicon{plain: map[string]bool{}}
	for _, p := range phrases {
		for text := range strings.SplitSeq(p.words, "|") {
			text = strings.TrimSpace(text)
			first, _, _ := strings.Cut(text, " ")
			l.phrases = append(l.phrases, lexiconPhrase{p.mistake, text, " " + strings.TrimSuffix(first, "*"), initialOf(first)})
			for w := range strings.FieldsSeq(text) {
				if stem, open := strings.CutSuffix(w, "*"); open {
					l.stems = append(l.stems, stem)
				} else {
					l.plain[w] = true
				}
			}
		}
	}
	for w := range strings.FieldsSeq(connectives + generalities) {
		l.plain[w] = true
	}
	return l
})

// mistakesIn finds the mistakes that a text tells of, each phrase taken out when it is found.
func (l *lexicon) mistakesIn(text string) (found mistake) {
	initials := initialsOf(text)
	for i := range l.phrases {
		p := &l.phrases[i]
		for p.initial&initials != 0 && strings.Contains(text, p.first) {
			start, end, ok := fits(text, p.text)
			if !ok {
				break
			}
			found |= p.mistake
			left := " _ "
			if strings.Contains(p.text, "@") {
				left = " _ @ "
			}
			text = text[:start] + left + text[end:]
		}
	}
	return found
}

// isPlain says that a word is one of ours, and names nothing.
func (l *lexicon) isPlain(w string) bool {
	return l.plain[w] || slices.ContainsFunc(l.stems, func(stem string) bool { return strings.HasPrefix(w, stem) })
}
