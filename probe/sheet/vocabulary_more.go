package sheet

import "github.com/sheetprobe/sheetprobe/probe"

// moreVocabulary goes on with the vocabulary in Italian.
var moreVocabulary = []vocabularyEntry{
	{probe.FieldName, Plain, strong, `nome api|nome dell'api|nome del servizio|nome servizio|nome dell'operazione|nome endpoint`},
	{probe.FieldName, Plain, weak, `servizio|operazione|titolo|funzione`},
	{probe.FieldMethod, Plain, strong, `metodo http|metodo della richiesta|tipo di richiesta|metodo di richiesta`},
	{probe.FieldURL, Plain, strong, `url del servizio|indirizzo url|url della richiesta|url di collaudo|url di test|indirizzo del servizio`},
	{probe.FieldURL, Plain, weak, `indirizzo|collegamento`},
	{probe.FieldURL, Path, weak, `percorso`},
	{probe.FieldHeaders, Plain, strong, `intestazioni|intestazioni http|intestazioni della richiesta|header della richiesta`},
	{probe.FieldHeaders, Plain, weak, `intestazione`},
	{probe.FieldRequestBody, Plain, strong, `corpo della richiesta|esempio di richiesta|parametri di ingresso|parametri della richiesta|parametri di input|
		dati di ingresso|esempio richiesta|richiesta di esempio`},
	{probe.FieldRequestBody, Plain, weak, `richiesta|parametri|ingresso`},
	{probe.FieldRequestBody, Query, strong, `parametri di query|parametri query`},
	{probe.FieldRequestBody, PathParam, strong, `parametri di percorso|parametri del percorso`},
	{probe.FieldSuccessResponse, Plain, strong, `risposta positiva|risposta di successo|risposta in caso di successo|risposta ok|esempio di risposta positiva`},
	{probe.FieldSuccessResponse, Generic, strong, `corpo della risposta|esempio di risposta|esempio risposta|parametri di uscita|dati di uscita|risposta attesa`},
	{probe.FieldSuccessResponse, Generic, weak, `risposta|uscita`},
	{probe.FieldSuccessResponse, Plain, weak, `successo|in caso di successo`},
	{probe.FieldErrorResponse, Plain, strong, `risposta di errore|risposta negativa|risposta in caso di errore|esempio di errore|risposta ko|
		esempio di risposta di errore`},
	{probe.FieldErrorResponse, Plain, weak, `errore|errori|in caso di errore`},
	{probe.FieldPartnerCode, Plain, strong, `codice partner|codice del partner`},
	{probe.FieldCredentials, Plain, strong, `credenziali|credenziali di accesso|dati di accesso`},
	{probe.FieldStatusCodes, Plain, strong, `codici di errore|codici errore|codici di stato|codici di risposta|codici di ritorno|elenco errori|tabella degli errori`},
	{probe.FieldStatusCodes, Plain, weak, `codici|stato`},
	{"", TestValues, strong, `dati di prova|dati di test`},
	{probe.FieldSuccessResponse, CallbackBody, strong, `callback request|callback payload|callback body|callback request body|callback request payload|callback json|callback data|callback format|
		callback message|
		sample callback|callback sample|callback example|example callback|callback notification|callback notification payload|callback payload example|callback payload sample|sample callback payload|
		sample callback request|
		example callback payload|webhook request|webhook payload|webhook body|webhook request body|webhook notification|webhook format|webhook message|webhook example|webhook sample|sample webhook|
		sample webhook payload|
		example webhook|webhook payload example|webhook data|webhook json|notification payload|notification request body|notification sent to your callback url|notification sent to callback url|
		notification sent to the callback url|payload sent to callback url|payload sent to the callback url|payload sent to your callback url|request sent to callback url|request sent to your callback url|
		callback sent to your callback url|callback to your url|callback call|webhook call|ipn payload`},
	{probe.FieldSuccessResponse, CallbackAnswer, strong, `callback response|callback response body|webhook response|callback response payload`},
	{"", Unrelated, strong, `response time|max response time|maximum response time|expected response time|response time sla|api response time`}, // read with the words, see Promises
	{"", Unrelated, weak, `descrizione|versione|autore|nota|ambiente|autenticazione|scopo`},
}
