package sheet

import "github.com/sheetprobe/sheetprobe/probe"

// Role says what a label stands for beyond its field.
type Role uint8

// The roles of labels.
const (
	Plain         Role = iota
	Base               // the first part of the URL: scheme, host and prefix
	Path               // the rest of the URL
	Query              // request data that travel in the URL's query
	PathParam          // request data that travel in the URL's path
	HeaderLine         // the label is itself the name of a header, as in "Authorization: Bearer x"
	NamedValue         // the label is itself the name of a credential, as in "Client ID: x"
	Generic            // a word that says little: "Response" under "Error Response" is no field of its own
	Unrelated          // known, and none of the ten fields: it ends the field before it
	TestValues         // none of the ten fields: values to try
	SenderOrDates      // like Unrelated, and also the name of a header: lines of e-mail such as "From" and "Date"
)

// strength says how much a label proves by standing at the start of a line.
type strength bool

// A weak label is also an everyday word, or the name of a parameter: it counts only where more than its spelling speaks for it.
const (
	weak   strength = false
	strong strength = true
)

// vocabulary is every label that a reader knows, in the words people use: compared without case, blanks and punctuation, "|" between
// them. To teach the readers a label, add it here. The sources are public sheets; wrong spellings that are often met stand beside the
// right ones, the rest is tolerated by [LookupLabel].
var vocabulary = []struct {
	field probe.Field
	role  Role
	how   strength
	words string
}{
	{probe.FieldName, Plain, strong, `api name|name of api|name of the api|api title|service name|api service name|web service name|endpoint name|
		interface name|operation name|method name|request name|api purpose|api title purpose|接口名称|接口名|api 명|api 이름|имя api|название api|nombre de la api|
		nome da api|tên api|एपीआई का नाम|api नाम|name der schnittstelle|schnittstelle|schnittstellenname|nombre del servicio|nom de l'api|nom du service`},
	{probe.FieldName, Plain, weak, `name|title|function|operation|purpose|service|services|app name|api|module|objective|名称|功能|기능|имя|действие|название|
		nombre|nome|tên|नाम|名前`},

	{probe.FieldMethod, Plain, strong, `http method|http methods|request method|request type|method type|api method|api method type|api access method|http verb|
		http verbs|http request method|http request type|api type|请求方式|请求类型|请求方法|调用方法|메소드|메서드|метод запроса|http метод|método http|phương thức|अनुरोध विधि|
		type of method|http methode|méthode http|método de petición`},
	{probe.FieldMethod, Plain, weak, `method|methods|verb|verbs|type|metod|mehtod|methd|方法|방식|метод|método|metodo|विधि|メソッド|methode|méthode`},

	{probe.FieldURL, Plain, strong, `endpoint url|api endpoint|api url|api uri|request url|request uri|full url|invoke url|service url|
		url endpoint|staging url|uat url|sit url|test url|sandbox url|qa url|dev url|development url|production url|prod url|live url|staging endpoint|
		uat endpoint|test endpoint|test server|live server|endpoint address|gateway url|url of api|api link|enpoint url|resource url|
		请求地址|接口地址|访问路径|接口url|请求url|точка запроса|адрес запроса|url de la api|url da api|đường dẫn|url 주소|요청 url|एंडपॉइंट यूआरएल|एंडपॉइंट|endpunkt|url de pruebas|test adresse|url de test|dirección`},
	{probe.FieldURL, Plain, weak, `url|urls|endpoint|endpoints|enpoint|endpint|uri|resource|route|link|地址|адрес|ruta|endereço|địa chỉ|주소|यूआरएल`},
	{probe.FieldURL, Base, strong, `base url|base uri|base path url|api base url|host url|domain url|base endpoint|server url|root url`},
	{probe.FieldURL, Base, weak, `host|domain|server|base|域名`},
	{probe.FieldURL, Path, strong, `api path|request path|url path|endpoint path|resource path|relative url|relative path|uri path`},
	{probe.FieldURL, Path, weak, `path|路径|경로|путь`},

	{probe.FieldHeaders, Plain, strong, `request headers|request header|required headers|header parameters|header params|http header|http headers|message header|
		req header|req headers|api headers|api header|
		common headers|common header|global headers|default headers|headers required|request header parameters|请求头|请求头部|头部|заголовки|заголовки запроса|cabeceras|encabezados|
		cabeçalhos|요청 헤더|tiêu đề yêu cầu|हेडर|हेडर्स|header details|kopfzeilen|en têtes`},
	{probe.FieldHeaders, Plain, weak, `headers|header|heders|haeders|헤더|заголовок|ヘッダー`},
	{probe.FieldHeaders, HeaderLine, weak, `authorization|content type|accept|x api key|x api token|user agent|x client id|x request id`},

	{probe.FieldRequestBody, Plain, strong, `request body|request payload|body request|sample request|example request|request sample|request example|request format|sample payload|
		example payload|sample request body|example request body|request body example|request body sample|request json|json request|sample json request|
		post body|post body sample|body params|body parameters|request body parameters|request body params|request body fields|request data|request message|input json|api request|form data|data params|
		request parameters|request params|request parameter|input parameters|input params|request fields|request schema|sample input|req body|req payload|
		json body|body sample|sample body|payload request|data example|data examples|sample call|example call|sample curl|curl request|api call|
		请求参数|入参|传入参数|请求示例|请求体|请求数据|тело запроса|пример запроса|параметры запроса|cuerpo de la solicitud|cuerpo de la petición|corpo da requisição|
		corpo do pedido|요청 본문|요청 예시|요청 파라미터|nội dung yêu cầu|yêu cầu mẫu|ejemplo de solicitud|ejemplo de petición|exemplo de requisição|नमूना अनुरोध|request 예시|अनुरोध निकाय|अनुरोध बॉडी|
		anfragedaten|anfragetext|anfragekörper|beispielanfrage|corps de la requête|exemple de requête|parámetros de entrada`},
	{probe.FieldRequestBody, Plain, weak, `payload|params|parameters|input|inputs|curl|data|content|参数|요청|отправляем|запрос|solicitud|petición|requisição|yêu cầu|अनुरोध|anfrage|requête|to server`},
	{probe.FieldRequestBody, Generic, weak, `request|body|example|sample|json|requests|req`},
	{probe.FieldRequestBody, Query, strong, `query parameters|query params|query parameter|query string|url params|url parameters|query string parameters`},
	{probe.FieldRequestBody, PathParam, strong, `path parameters|path params|path parameter|path variables|path variable`},

	{probe.FieldSuccessResponse, Plain, strong, `success response|success responses|successful response|response success|response on success|on success|
		sample success response|success response example|example success response|success response body|success sample|success example|success payload|
		success output|positive response|valid response|ok response|success res|sucess response|responce success|success scenario|success scenarios|
		success response format|success json|
		成功响应|成功示例|成功返回|成功返回示例|返回成功示例|성공 응답|성공 시|성공 응답 예시|успешный ответ|respuesta exitosa|respuesta correcta|resposta de sucesso|phản hồi thành công|सफल प्रतिक्रिया|सफलता प्रतिक्रिया|
		erfolgsantwort|antwort bei erfolg|réponse en cas de succès|réponse succès`},
	{probe.FieldSuccessResponse, Generic, strong, `response body|api response|api responses|sample response|example response|response example|response sample|response format|
		response json|json response|expected response|sample response body|example response body|response payload|response body example|
		response message format|output format|sample output|return value|return values|response data|response parameters|response params|res body|from server|
		sample responses|example responses|response examples|expected output|response schema|api output|
		返回示例|返回值|响应示例|返回数据|返回结果|返回结果例子|返回参数|응답 예시|응답 본문|пример ответа|kết quả trả về|phản hồi mẫu|ejemplo de respuesta|exemplo de resposta|नमूना प्रतिक्रिया|output json`},
	{probe.FieldSuccessResponse, Plain, weak, `success|sucess|successful|output|returns|result|results|성공|успешно|успех|éxito|sucesso|thành công|सफलता|成功|erfolg|succès`},
	{probe.FieldSuccessResponse, Generic, weak, `response|responses|respone|responce|reponse|응답|ответ|respuesta|resposta|phản hồi|प्रतिक्रिया|res|响应|返回|antwort|réponse`},

	{probe.FieldErrorResponse, Plain, strong, `error response|error responses|error response body|failure response|failure responses|failed response|fail response|
		response error|response failed|response failure|response fail|response on failure|response on error|on failure|on error|failure example|
		error example|example error response|sample error response|error response example|failure sample|sample failure response|error sample|
		error payload|error output|failure response body|failure response example|error response format|error scenarios|error scenario|failure scenario|
		failure scenarios|negative response|error handling|unsuccessful response|exception response|errors response|error json|error res|err response|
		responce failed|responce error|api response failure|失败响应|失败返回|错误返回|失败返回示例|错误返回示例|错误示例|失败示例|错误响应|에러 응답|오류 응답|실패 응답|오류 응답 예시|실패 응답 예시|ответ с ошибкой|ошибочный ответ|respuesta de error|
		resposta de erro|phản hồi lỗi|त्रुटि प्रतिक्रिया|fehlerantwort|antwort bei fehler|réponse d'erreur|réponse en cas d'erreur`},
	{probe.FieldErrorResponse, Plain, weak, `error|errors|failure|failed|fail|failures|exceptions|exception|ошибка|ошибки|失败|错误|오류|에러|실패|erro|lỗi|त्रुटि|fehler|erreur|erreurs`},

	{probe.FieldPartnerCode, Plain, strong, `partner code|partner id|partner key|channel code|client code|merchant code|partner identifier|código de socio|
		código de parceiro|код партнера|合作方代码|mã đối tác|파트너 코드|पार्टनर कोड|partnerkennung|code partenaire`},
	{probe.FieldPartnerCode, Plain, weak, `partner|channel id|parceiro|партнер`},

	{probe.FieldCredentials, Plain, strong, `credentials|api credentials|staging credentials|uat credentials|test credentials|sandbox credentials|login credentials|
		auth credentials|access credentials|authentication credentials|keys and secrets|api keys|credenciales|credenciais|учетные данные|凭证|인증 정보|
		thông tin xác thực|क्रेडेंशियल|zugangsdaten|anmeldedaten|identifiants`},
	{probe.FieldCredentials, NamedValue, strong, `consumer key|consumer secret|client id|client secret|callback url|callback uri|api secret|secret key|merchant id|
		merchant key|merchant identifier|merchant salt|app key|app secret|application key|access key|access key id|secret access key|call back`},
	{probe.FieldCredentials, NamedValue, weak, `api key|access token|user id|username|password|secret|app id|login id|login|账号|密码|auth token|webhook url|salt`},

	{probe.FieldStatusCodes, Plain, strong, `http status codes|http status code|status codes|status code|error codes|http code|http codes|http status|response codes|response code|
		http response codes|http response code|return codes|return code|result codes|result code|response code and message|business codes|business status codes|
		business error codes|status code and message|code list|list of codes|codes and messages|error code list|list of error codes|possible error codes|
		status codes and messages|application codes|application error codes|api status codes|api error codes|api response codes|http error codes|
		error code|error codes and messages|
		状态码|错误码|返回码|响应码|коды состояния|коды ошибок|коды ответа|códigos de estado|códigos de status|códigos de error|códigos de erro|상태 코드|에러 코드|응답 코드|오류 코드|결과 코드|mã trạng thái|
		mã lỗi|स्थिति कोड|स्टेटस कोड|códigos de respuesta|fehlercodes|codes de réponse|codes d'erreur`},
	{probe.FieldStatusCodes, Plain, weak, `codes|status|statuses|code|response meaning|response status`},

	{"", TestValues, strong, `test data|sample data|dummy data|test ids|test id|sample ids|dummy ids|test accounts|test account|sample accounts|test numbers|test number|
		dummy numbers|dummy number|sample numbers|test mobile numbers|test mobile number|test phone numbers|test cards|test card|test card numbers|test users|
		test user ids|test values|test inputs|test customers|test data set|sample test data|test data details|测试数据|тестовые данные|datos de prueba|
		dados de teste|테스트 데이터|dữ liệu thử nghiệm|परीक्षण डेटा`},
	{"", Unrelated, strong, `rate limit|rate limits|sample value|test environment|business rules|validation rules|
		validations|data constraints|authentication steps|error message|error messages|special notes|additional information|additional info|change history|revision history|
		whitelisted ips|ip whitelisting|contact person|point of contact|was this article helpful|related articles|table of contents|备注|说明`},
	{"", Unrelated, weak, `description|desc|note|notes|remark|remarks|comment|comments|version|author|owner|environment|environments|sandbox|staging|uat|timeout|sla|
		contact|contacts|authentication|auth|security|protocol|prerequisites|overview|introduction|usage|summary|details|logic|flow|
		frequency|limitations|assumptions|changelog|tags|category|priority|regards|thanks|consumer|consumers|produces|consumes`},
	{"", SenderOrDates, weak, `from|to|cc|bcc|sent|date|subject|reply to`},
}
