package sheet

import "github.com/sheetprobe/sheetprobe/probe"

// Role says what a label stands for beyond its field.
type Role uint8

// The roles of labels.
const (
	Plain          Role = iota
	Base                // the first part of the URL: scheme, host and prefix
	Path                // the rest of the URL
	Query               // request data that travel in the URL's query
	PathParam           // request data that travel in the URL's path
	HeaderLine          // the label is itself the name of a header, as in "Authorization: Bearer x"
	NamedValue          // the label is itself the name of a credential, as in "Client ID: x"
	Generic             // a word that says little: "Response" under "Error Response" is no field of its own
	Unrelated           // known, and none of the ten fields: it ends the field before it
	CallbackBody        // what the API sends to the callback URL; read with the answers, and none of them
	CallbackAnswer      // "Callback response": what the API sends, or what we answer to it
	TestValues          // none of the ten fields: values to try
	SenderOrDates       // like Unrelated, and also the name of a header: lines of e-mail such as "From" and "Date"
)

// strength says how much a label proves by standing at the start of a line.
type strength bool

// A weak label is also an everyday word, or the name of a parameter: it counts only where more than its spelling speaks for it.
const (
	weak   strength = false
	strong strength = true
)

// vocabularyEntry is labels that mean the same.
type vocabularyEntry struct {
	field probe.Field
	role  Role
	how   strength
	words string
}

// vocabulary is every label that a reader knows, in the words people use: compared without case, blanks and punctuation, "|" between
// them. To teach the readers a label, add it here. The sources are public sheets; wrong spellings that are often met stand beside the
// right ones, the rest is tolerated by [LookupLabel].
var vocabulary = []vocabularyEntry{
	{probe.FieldName, Plain, strong, `name of service|name of the service|name of the endpoint|endpoint title|action name|transaction name|feature name|use case name|
		function name|service title|integration name|request title|name of interface|name of the operation|
		api name|name of api|name of the api|api title|service name|api service name|web service name|endpoint name|
		interface name|operation name|method name|request name|api purpose|api title purpose|接口名称|接口名|api 명|api 이름|имя api|название api|nombre de la api|
		nome da api|tên api|एपीआई का नाम|api नाम|name der schnittstelle|schnittstelle|schnittstellenname|nombre del servicio|nom de l'api|nom du service`},
	{probe.FieldName, Plain, weak, `name|title|use case|function|operation|purpose|service|services|app name|api|module|objective|名称|功能|接口|기능|имя|действие|название|
		nombre|nome|tên|नाम|名前`},

	{probe.FieldMethod, Plain, strong, `call type|call method|rest method|invocation method|submission method|http action|request verb|rest verb|http operation|method used|
		method to use|http method type|http type|
		http method|http methods|request method|request type|method type|api method|api method type|api access method|http verb|
		http verbs|http request method|http request type|api type|请求方式|请求类型|请求方法|调用方法|메소드|메서드|метод запроса|http метод|método http|phương thức|अनुरोध विधि|
		type of method|http methode|méthode http|método de petición`},
	{probe.FieldMethod, Plain, weak, `meth|mthd|
		method|methods|verb|verbs|type|metod|mehtod|methd|方法|방식|метод|método|metodo|विधि|メソッド|methode|méthode`},

	{probe.FieldURL, Plain, strong, `target url|destination url|complete url|absolute url|call url|api address|endpoint uri|service endpoint|request endpoint|
		web service url|endpoint link|access url|integration url|invocation url|hit url|url to hit|url to call|calling url|request address|
		post url|get url|url address|service uri|request link|
		endpoint url|api endpoint|api url|api uri|request url|request uri|full url|invoke url|service url|
		url endpoint|staging url|uat url|sit url|test url|sandbox url|qa url|dev url|development url|production url|prod url|live url|staging endpoint|
		uat endpoint|test endpoint|test server|live server|endpoint address|gateway url|url of api|api link|enpoint url|resource url|
		请求地址|接口地址|访问路径|接口url|请求url|точка запроса|адрес запроса|url de la api|url da api|đường dẫn|
		url 주소|요청 url|एंडपॉइंट यूआरएल|एंडपॉइंट|endpunkt|url de pruebas|test adresse|url de test|dirección`},
	{probe.FieldURL, Plain, weak, `endpt|
		url|urls|endpoint|endpoints|enpoint|endpint|uri|resource|route|link|地址|адрес|ruta|endereço|địa chỉ|주소|यूआरएल`},
	{probe.FieldURL, Base, strong, `base address|api host|api domain|api root|root endpoint|service base url|api base|base path uri|host address|api server|host name|
		base url|base uri|base path url|api base url|host url|domain url|base endpoint|server url|root url`},
	{probe.FieldURL, Base, weak, `host|domain|server|base|域名`},
	{probe.FieldURL, Path, strong, `context path|uri template|api route|url suffix|path of url|endpoint suffix|url route|api resource|route path|
		api path|request path|url path|endpoint path|resource path|relative url|relative path|uri path`},
	{probe.FieldURL, Path, weak, `path|路径|경로|путь`},

	{probe.FieldHeaders, Plain, strong, `headers to be passed|headers to pass|headers to send|custom headers|mandatory headers|headers needed|header fields|header values|
		http request headers|authentication headers|auth headers|headers to be sent|headers to be set|headers to set|header section|
		request hdrs|
		request headers|request header|required headers|header parameters|header params|http header|http headers|message header|
		req header|req headers|api headers|api header|common headers|common header|global headers|
		default headers|headers required|request header parameters|请求头|请求头部|头部|заголовки|заголовки запроса|cabeceras|encabezados|
		cabeçalhos|요청 헤더|tiêu đề yêu cầu|हेडर|हेडर्स|header details|kopfzeilen|en têtes`},
	{probe.FieldHeaders, Plain, weak, `hdr|hdrs|
		headers|header|heders|haeders|헤더|заголовок|ヘッダー`},
	{probe.FieldHeaders, HeaderLine, weak, `authorization|content type|accept|x api key|x api token|user agent|x client id|x request id`},

	{probe.FieldRequestBody, Plain, strong, `body content|message body|http body|http request body|request content|raw body|body raw|input body|input payload|input data|
		input example|input sample|what we send|payload to send|data to send|data sent|request sent|json payload|json input|request structure|request json sample|
		request json example|request model|request object|request attributes|req params|req parameters|req sample|sample req|input fields|
		body fields|request xml|xml request|form parameters|form fields|form params|post data|post params|post parameters|post fields|
		input format|body json|raw request|raw json|request string|
		request body|request payload|body request|sample request|example request|request sample|request example|request format|sample payload|
		example payload|sample request body|example request body|request body example|request body sample|request json|json request|sample json request|
		post body|post body sample|body params|body parameters|request body parameters|request body params|
		request body fields|request data|request message|input json|api request|form data|data params|
		request parameters|request params|request parameter|input parameters|input params|request fields|request schema|sample input|req body|req payload|
		json body|body sample|sample body|payload request|data example|data examples|sample call|example call|sample curl|curl request|api call|
		请求参数|入参|传入参数|请求示例|请求体|请求数据|тело запроса|пример запроса|параметры запроса|cuerpo de la solicitud|cuerpo de la petición|corpo da requisição|
		corpo do pedido|요청 본문|요청 예시|요청 파라미터|nội dung yêu cầu|yêu cầu mẫu|ejemplo de solicitud|ejemplo de petición|exemplo de requisição|नमूना अनुरोध|request 예시|अनुरोध निकाय|अनुरोध बॉडी|
		anfragedaten|anfragetext|anfragekörper|beispielanfrage|corps de la requête|exemple de requête|parámetros de entrada`},
	{probe.FieldRequestBody, Plain, weak, `payload|params|parameters|input|inputs|curl|data|content|
		参数|요청|отправляем|запрос|solicitud|petición|requisição|yêu cầu|अनुरोध|anfrage|requête|to server`},
	{probe.FieldRequestBody, Generic, weak, `request|body|example|sample|json|requests|req`},
	{probe.FieldRequestBody, Query, strong, `query parameters|query params|query parameter|query string|url params|url parameters|query string parameters`},
	{probe.FieldRequestBody, PathParam, strong, `path parameters|path params|path parameter|path variables|path variable`},

	{probe.FieldSuccessResponse, Plain, strong, `success case|success result|happy path|happy path response|happy flow|
		positive case|positive scenario|positive output|successful case|successful result|success resp|ok result|success reply|success data|
		success return|response in case of success|successful output|successful scenario|
		success response|success responses|successful response|response success|response on success|on success|
		sample success response|success response example|example success response|success response body|success sample|success example|success payload|
		success output|positive response|valid response|ok response|success res|sucess response|responce success|success scenario|success scenarios|
		success response format|success json|
		成功响应|成功示例|成功返回|成功返回示例|返回成功示例|성공 응답|성공 시|성공 응답 예시|успешный ответ|respuesta exitosa|respuesta correcta|resposta de sucesso|phản hồi thành công|सफल प्रतिक्रिया|सफलता प्रतिक्रिया|
		erfolgsantwort|antwort bei erfolg|réponse en cas de succès|réponse succès`},
	{probe.FieldSuccessResponse, Generic, strong, `possible responses|possible response|possible answers|all responses|responses returned|expected responses|possible outputs|possible results|
		return example|return sample|example return|sample reply|
		server response|server reply|response from server|output payload|output data|output example|output body|response content|
		response model|response object|response structure|response xml|xml response|what we get|what you get|data received|response received|result format|result example|
		sample result|resp body|sample res|sample resp|return format|return data|output fields|output parameters|output params|
		response attributes|response fields|raw response|response string|api reply|response content format|
		response body|api response|api responses|sample response|example response|response example|response sample|response format|
		response json|json response|expected response|sample response body|example response body|response payload|response body example|
		response message format|output format|sample output|return value|return values|response data|response parameters|response params|res body|from server|
		sample responses|example responses|response examples|expected output|response schema|api output|
		返回示例|返回值|响应示例|返回数据|返回结果|返回结果例子|返回参数|응답 예시|응답 본문|пример ответа|kết quả trả về|phản hồi mẫu|ejemplo de respuesta|exemplo de resposta|नमूना प्रतिक्रिया|output json`},
	{probe.FieldSuccessResponse, Plain, weak, `in case of success|when successful|if successful|for success|if success|when success|on ok|when ok|if ok|in case of ok|
		success|sucess|successful|성공|успешно|успех|éxito|sucesso|thành công|सफलता|成功|erfolg|succès`},
	{probe.FieldSuccessResponse, Generic, weak, `output|returns|result|results|reply|answer|resp|respond|returned|replies|
		response|responses|respone|responce|reponse|응답|ответ|respuesta|resposta|phản hồi|प्रतिक्रिया|res|响应|返回|antwort|réponse`},

	{probe.FieldErrorResponse, Plain, strong, `error case|error cases|failure case|failure cases|negative case|negative cases|negative scenario|negative scenarios|sad path|
		unhappy path|failure result|failure json|error result|error resp|error reply|
		error body|failed case|failed output|fault response|error structure|error object|error return|failure output|failure payload|
		error data|rejection response|reject response|response in case of error|response in case of failure|
		validation error response|bad response|failed scenario|failed scenarios|failure reply|failure res|failure resp|negative output|
		unsuccessful case|error format|failure format|fail case|
		error response|error responses|error response body|failure response|failure responses|failed response|fail response|
		response error|response failed|response failure|response fail|response on failure|response on error|on failure|on error|failure example|
		error example|example error response|sample error response|error response example|failure sample|sample failure response|error sample|
		error payload|error output|failure response body|failure response example|error response format|error scenarios|error scenario|failure scenario|
		failure scenarios|negative response|error handling|unsuccessful response|exception response|errors response|error json|error res|err response|
		responce failed|responce error|api response failure|失败响应|失败返回|错误返回|失败返回示例|错误返回示例|错误示例|失败示例|错误响应|에러 응답|오류 응답|실패 응답|오류 응답 예시|실패 응답 예시|ответ с ошибкой|ошибочный ответ|respuesta de error|
		resposta de erro|phản hồi lỗi|त्रुटि प्रतिक्रिया|fehlerantwort|antwort bei fehler|réponse d'erreur|réponse en cas d'erreur`},
	{probe.FieldErrorResponse, Plain, weak, `4xx|5xx|4xx 5xx|not ok|nok|in case of error|in case of failure|for failure|for error|when failed|if failed|if error|when error|
		when nok|if nok|on nok|when not ok|if not ok|
		error|errors|failure|failed|fail|failures|exceptions|exception|fault|ошибка|ошибки|失败|错误|오류|에러|실패|erro|lỗi|त्रुटि|fehler|erreur|erreurs`},

	{probe.FieldPartnerCode, Plain, strong, `partner number|partner no|partner short code|partner reference code|partner identification|partner id code|partner cd|
		partner code|partner id|partner key|channel code|client code|merchant code|partner identifier|código de socio|
		código de parceiro|код партнера|合作方代码|mã đối tác|파트너 코드|पार्टनर कोड|partnerkennung|code partenaire`},
	{probe.FieldPartnerCode, Plain, weak, `partner|channel id|parceiro|партнер`},

	{probe.FieldCredentials, Plain, strong, `creds|api creds|test creds|login details|access details|access keys|secret keys|credential details|credential|credentials details|
		auth creds|access data|
		credentials|api credentials|staging credentials|uat credentials|test credentials|sandbox credentials|login credentials|
		auth credentials|access credentials|authentication credentials|keys and secrets|api keys|credenciales|credenciais|учетные данные|凭证|인증 정보|
		thông tin xác thực|क्रेडेंशियल|zugangsdaten|anmeldedaten|identifiants`},
	{probe.FieldCredentials, NamedValue, strong, `consumer key|consumer secret|client id|client secret|callback url|callback uri|api secret|secret key|merchant id|
		merchant key|merchant identifier|merchant salt|app key|app secret|application key|access key|access key id|secret access key|call back`},
	{probe.FieldCredentials, NamedValue, weak, `api key|access token|user id|username|password|secret|app id|login id|login|账号|密码|auth token|webhook url|salt`},

	{probe.FieldStatusCodes, Plain, strong, `rc list|rc codes|list of rc|response status|table of codes|table of errors|
		http response status|http return codes|code table|error table|error code table|list of errors|error list|errors list|
		list of status codes|response code list|response codes and messages|possible codes|possible errors|possible response codes|
		possible status codes|reason codes|reason code|business error code|business code|http statuses|error catalogue|error catalog|
		response code table|response statuses|error mapping|code mapping|error code mapping|error dictionary|list of response codes|
		list of return codes|status list|list of statuses|code and message|codes and descriptions|code description|error code and message|
		api codes|error code description|codes and meanings|codes and meaning|error messages and codes|
		http status codes|http status code|status codes|status code|error codes|http code|http codes|http status|response codes|response code|
		http response codes|http response code|return codes|return code|result codes|result code|response code and message|business codes|business status codes|
		business error codes|status code and message|code list|list of codes|codes and messages|error code list|list of error codes|possible error codes|
		status codes and messages|application codes|application error codes|api status codes|api error codes|api response codes|http error codes|
		error code|error codes and messages|
		状态码|错误码|返回码|响应码|коды состояния|коды ошибок|коды ответа|códigos de estado|códigos de status|códigos de error|códigos de erro|상태 코드|에러 코드|응답 코드|오류 코드|결과 코드|mã trạng thái|
		mã lỗi|स्थिति कोड|स्टेटस कोड|códigos de respuesta|fehlercodes|codes de réponse|codes d'erreur`},
	{probe.FieldStatusCodes, Plain, weak, `codes|status|statuses|code|response meaning`},

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

// foreignVocabulary goes on with the vocabulary in other languages: for each field one line a language, in the order Portuguese, Spanish,
// French, German, Indonesian, Vietnamese, Russian, Chinese, Korean, Hindi. Accents, small words such as "de" and "la", and the words of
// [environmentOf] around a label need no entry of their own.
var foreignVocabulary = []vocabularyEntry{
	{probe.FieldName, Plain, strong, `nome do serviço|nome do endpoint|nome da operação|
		nombre del api|nombre del endpoint|nombre de la operación|nombre del método|nombre servicio|
		nom de la api|nom de l'opération|nom du endpoint|nom api|
		api bezeichnung|name der api|dienstname|schnittstellenbezeichnung|
		nama api|nama layanan|nama endpoint|nama fungsi|nama service|judul api|
		tên dịch vụ|tên chức năng|tên giao diện|
		название метода|имя метода|имя сервиса|название сервиса|наименование метода|наименование api|наименование сервиса|название запроса|
		api名称|服务名称|服务名|方法名称|接口标题|接口功能|功能名称|交易名称|
		서비스명|서비스 이름|인터페이스명|기능명|api 명칭|
		सेवा का नाम|api का नाम`},
	{probe.FieldName, Plain, weak, `serviço|operação|título|
		servicio|operación|función|
		nom|titre|opération|
		bezeichnung|dienst|titel|funktion|
		nama|layanan|fungsi|judul|
		dịch vụ|chức năng|tiêu đề|
		наименование|сервис|функция|операция|
		标题|交易|服务|
		이름|제목|서비스|기능명칭|
		शीर्षक|सेवा`},

	{probe.FieldMethod, Plain, strong, `método da requisição|tipo de requisição|verbo http|método de requisição|
		método de la petición|método de la solicitud|tipo de petición|tipo de solicitud|método de solicitud|
		méthode de requête|méthode de la requête|verbe http|type de requête|
		http verb methode|anfragemethode|anfragetyp|
		metode http|metode permintaan|metode request|tipe request|http metode|
		phương thức http|phương thức yêu cầu|phương thức gọi|
		тип запроса|метод http|http метод запроса|способ запроса|
		请求方法类型|http方法|http请求方式|提交方式|请求类型方式|http请求方法|传输方式|
		http 메서드|http 메소드|요청 방식|요청 메서드|요청 메소드|호출 방식|전송 방식|
		http विधि|अनुरोध का प्रकार|अनुरोध की विधि|अनुरोध मेथड`},
	{probe.FieldMethod, Plain, weak, `verbo|metode|verbe|मेथड|метод api|메서드명|方法类型`},

	{probe.FieldURL, Plain, strong, `endereço da api|url do serviço|url do endpoint|url da requisição|endereço url|
		url del servicio|url de la petición|dirección url|url del api|url de la solicitud|punto de acceso|
url du service|adresse url|url de la requête|point d'accès|point de terminaison|
		url der schnittstelle|url der api|dienst url|api adresse|aufruf url|endpunkt url|service adresse|
		alamat url|alamat api|url api|url layanan|alamat endpoint|url permintaan|
		địa chỉ api|url dịch vụ|địa chỉ url|đường dẫn api|địa chỉ gọi|url yêu cầu|
		url запроса|адрес сервиса|адрес метода|url метода|url адрес|адрес api|url сервиса|эндпоинт|эндпойнт|ендпоинт|конечная точка|
		调用地址|服务地址|api地址|接口路径|url地址|访问地址|接口链接|请求链接|请求路径|请求url地址|接口请求地址|接口调用地址|接口访问地址|
		api 주소|호출 url|엔드포인트|요청 주소|서비스 url|접속 url|호출 주소|
		अनुरोध url|सेवा url|api url पता|यूआरएल पता|एपीआई यूआरएल|api पता|एपीआई पता`},
	{probe.FieldURL, Plain, weak, `dirección de acceso|enlace|adresse|lien|alamat|tautan|đường link|liên kết|ссылка|链接|网址|링크|पता`},
	{probe.FieldURL, Base, strong, `url base|url raiz|url raíz|url racine|basis url|basisadresse|url dasar|url gốc|url cơ sở|базовый url|базовый адрес|базовая ссылка|
		基础url|基础地址|根地址|服务器地址|基本 url|기본 url|베이스 url|मूल url|आधार url|बेस यूआरएल|बेस url`},
	{probe.FieldURL, Base, weak, `servidor|hôte|serveur|máy chủ|сервер|хост|服务器|서버|호스트|도메인|सर्वर|домен|tên miền`},
	{probe.FieldURL, Path, strong, `caminho da api|caminho relativo|ruta relativa|chemin relatif|relativer pfad|относительный путь|相对路径|상대 경로`},
	{probe.FieldURL, Path, weak, `caminho|chemin|pfad|jalur|पथ|资源路径|요청 경로`},

	{probe.FieldHeaders, Plain, strong, `cabeçalhos da requisição|cabeçalho da requisição|cabeçalhos http|cabeçalhos obrigatórios|headers da requisição|
		cabeceras de la petición|cabeceras http|cabeceras de la solicitud|encabezados de la solicitud|encabezado de la solicitud|encabezados http|
		en têtes de la requête|en tête de la requête|entêtes http|en tête http|
		http header felder|anfragekopf|anfrage header|header felder|anfragekopfzeilen|
		header permintaan|header request|tajuk permintaan|
		header yêu cầu|tiêu đề http|
		заголовки http|http заголовки|заголовки http запроса|хедеры|
		请求头参数|请求头信息|header参数|公共请求头|请求header|http请求头|请求头字段|
		요청 헤더 정보|http 헤더|요청 header|헤더 정보|
		अनुरोध हेडर|अनुरोध शीर्षलेख|http हेडर|अनुरोध हेडर्स`},
	{probe.FieldHeaders, Plain, weak, `cabeçalho|cabecera|encabezado|en tête|kopfzeile|kopfdaten|хедер|头信息|शीर्षलेख`},

	{probe.FieldRequestBody, Plain, strong, `corpo do request|corpo da mensagem|exemplo de pedido|exemplo de request|parâmetros da requisição|parâmetros de entrada|dados de entrada|
		requisição de exemplo|payload da requisição|json de requisição|json da requisição|dados da requisição|exemplo de corpo|mensagem de requisição|
		ejemplo de request|parámetros de la petición|parámetros de la solicitud|datos de entrada|cuerpo del request|cuerpo del mensaje|solicitud de ejemplo|
		petición de ejemplo|json de entrada|json de petición|datos de la solicitud|
		corps de requête|corps de la demande|paramètres d'entrée|paramètres de la requête|données d'entrée|exemple de demande|exemple d'appel|requête exemple|
		request beispiel|beispiel request|anfragebeispiel|anfrageparameter|eingabeparameter|anfragekörper beispiel|anforderungstext|anfrageinhalt|
		contoh permintaan|contoh request|isi permintaan|body permintaan|parameter permintaan|parameter request|badan permintaan|data permintaan|parameter masukan|
		nội dung request|tham số đầu vào|dữ liệu đầu vào|ví dụ yêu cầu|ví dụ request|mẫu yêu cầu|tham số yêu cầu|body yêu cầu|dữ liệu gửi|dữ liệu yêu cầu|dữ liệu gửi lên|
		тело|входные параметры|входные данные|пример тела запроса|параметры тела запроса|данные запроса|json запроса|
		请求报文|请求参数示例|请求样例|请求消息|请求报文示例|输入参数|请求内容|请求json|请求例子|请求body|请求消息体|请求正文|请求参数例子|请求参数样例|
		요청 데이터|요청 바디|요청 예제|요청 샘플|요청 전문|입력 파라미터|요청 변수|요청 body|요청 메시지|입력값|요청 파라미터 예시|
		उदाहरण अनुरोध|अनुरोध उदाहरण|अनुरोध डेटा|अनुरोध पैरामीटर|इनपुट पैरामीटर|अनुरोध का मुख्य भाग|अनुरोध का नमूना|अनुरोध नमूना`},
	{probe.FieldRequestBody, Plain, weak, `pedido|entrada|parâmetros|corpo|parámetros|cuerpo|demande|corps|paramètres|entrée|eingabe|anforderung|parameter anfrage|
		permintaan|masukan|tham số|đầu vào|параметры|входящие параметры|请求|输入|요청값|입력|파라미터|इनपुट|पैरामीटर`},
	{probe.FieldRequestBody, Query, strong, `parâmetros de consulta|parâmetros de query|parâmetros de url|parámetros de consulta|parámetros de query|parámetros de la url|
		paramètres de requête url|paramètres d'url|abfrageparameter|query parameter felder|parameter query|parameter url|tham số truy vấn|tham số url|
		параметры строки запроса|query параметры|параметры url|查询参数|query参数|url参数|쿼리 파라미터|쿼리 스트링|쿼리 매개변수|क्वेरी पैरामीटर`},
	{probe.FieldRequestBody, PathParam, strong, `parâmetros de caminho|parâmetros de rota|parámetros de ruta|parámetros de path|paramètres de chemin|pfadparameter|parameter path|
		tham số đường dẫn|параметры пути|路径参数|path参数|경로 파라미터|경로 변수|पथ पैरामीटर`},

	{probe.FieldSuccessResponse, Plain, strong, `resposta com sucesso|resposta em caso de sucesso|
		retorno de sucesso|exemplo de resposta de sucesso|resposta bem sucedida|exemplo de sucesso|
		respuesta de éxito|respuesta en caso de éxito|ejemplo de respuesta exitosa|respuesta ok|respuesta satisfactoria|respuesta con éxito|
		réponse de succès|réponse en succès|réponse ok|exemple de réponse succès|réponse positive|exemple de réponse réussie|réponse réussie|
		erfolgreiche antwort|antwort im erfolgsfall|erfolgsfall|antwort erfolg|positive antwort|beispiel erfolgsantwort|
		respon sukses|respons sukses|response sukses|respon berhasil|respons berhasil|response berhasil|contoh respon sukses|contoh respons sukses|contoh response sukses|
		jawaban sukses|tanggapan sukses|balasan sukses|
		trả về thành công|response thành công|kết quả thành công|ví dụ thành công|trường hợp thành công|
		ответ при успехе|успешный результат|пример успешного ответа|ответ в случае успеха|положительный ответ|ответ успех|
		成功返回报文|成功响应示例|成功返回结果|成功返回值|成功报文|返回成功|成功返回数据|正确返回|正常返回|正确返回示例|正常返回示例|成功返回参数|成功结果|成功响应报文|
		성공 응답 예제|성공 예시|정상 응답|정상 응답 예시|응답 성공|성공 응답 본문|성공 케이스|성공 결과|
		सफल उत्तर|सफल प्रतिसाद|सफलता उत्तर|सफलता पर प्रतिक्रिया|सफलता की प्रतिक्रिया|सफल रिस्पांस|सफल परिणाम`},
	{probe.FieldSuccessResponse, Generic, strong, `corpo da resposta|exemplo de retorno|parâmetros de saída|dados de saída|resposta esperada|json de resposta|resposta de exemplo|
		cuerpo de la respuesta|parámetros de salida|datos de salida|respuesta esperada|respuesta de ejemplo|ejemplo de response|json de respuesta|
		corps de la réponse|exemple de réponse|réponse attendue|paramètres de sortie|données de sortie|corps de réponse|
		antwortbeispiel|beispielantwort|antwortkörper|antwortdaten|ausgabeparameter|beispiel response|antwortinhalt|
		contoh respon|contoh respons|contoh response|contoh balasan|isi respon|isi respons|parameter respon|parameter respons|body respon|data respon|contoh tanggapan|parameter response|
		ví dụ phản hồi|ví dụ response|dữ liệu trả về|kết quả phản hồi|nội dung phản hồi|mẫu phản hồi|tham số trả về|dữ liệu đầu ra|tham số đầu ra|
		тело ответа|параметры ответа|формат ответа|выходные параметры|выходные данные|возвращаемое значение|возвращаемые данные|данные ответа|
		响应报文|返回报文|响应参数|返回样例|返回参数示例|响应结果|响应数据|输出参数|响应内容|返回内容|返回json|返回消息|应答报文|响应体|返回结果示例|响应样例|返回数据示例|响应消息|返回报文示例|响应正文|返回例子|
		응답 데이터|응답 바디|응답 예제|응답 샘플|응답 전문|응답 파라미터|응답 결과|출력 파라미터|응답 body|응답 메시지|반환값|응답값|응답 변수|
		उदाहरण प्रतिक्रिया|प्रतिक्रिया उदाहरण|प्रतिक्रिया निकाय|प्रतिक्रिया बॉडी|प्रतिक्रिया डेटा|नमूना उत्तर|प्रतिक्रिया नमूना|प्रतिक्रिया का मुख्य भाग|आउटपुट पैरामीटर`},
	{probe.FieldSuccessResponse, Plain, weak, `em caso de sucesso|en caso de éxito|en cas de succès|bei erfolg|jika berhasil|jika sukses|khi thành công|при успехе|成功时返回|
		succés|exitoso|exitosa|réussite|réussi|erfolgreich|sukses|berhasil|успешный|успех ответа|成功时|정상|सफल|saída|salida|sortie|ausgabe|keluaran|đầu ra|результат|输出|결과|출력|आउटपुट|परिणाम`},
	{probe.FieldSuccessResponse, Generic, weak, `retorno|retour|retorno da api|rückgabe|rückgabewert|
		respon|respons|balasan|tanggapan|jawaban|kết quả|trả về|возврат|应答|返回信息|반환|उत्तर|रिस्पांस|レスポンス`},

	{probe.FieldErrorResponse, Plain, strong, `resposta de falha|resposta com erro|resposta em caso de erro|retorno de erro|exemplo de resposta de erro|exemplo de erro|
		respuesta fallida|respuesta en caso de error|respuesta con error|ejemplo de respuesta de error|respuesta de fallo|respuesta errónea|ejemplo de error|respuesta incorrecta|
		réponse erreur|réponse en erreur|réponse d'échec|exemple de réponse d'erreur|exemple d'erreur|réponse en échec|réponse en cas d'échec|réponse échec|
		fehlerfall|antwort im fehlerfall|fehlerbeispiel|antwort fehler|fehlermeldung antwort|beispiel fehlerantwort|fehlerhafte antwort|negative antwort|
		respon gagal|respons gagal|response gagal|respon error|respons error|respon kesalahan|respons kesalahan|
		contoh respon gagal|contoh respons gagal|contoh response gagal|contoh respon error|contoh respons error|
		tanggapan gagal|balasan gagal|jawaban gagal|contoh error|
		trả về lỗi|response lỗi|kết quả lỗi|phản hồi thất bại|trường hợp lỗi|trả về thất bại|ví dụ lỗi|kết quả thất bại|trường hợp thất bại|
		ответ при ошибке|пример ошибки|пример ответа с ошибкой|ответ об ошибке|неуспешный ответ|неудачный ответ|ответ в случае ошибки|отрицательный ответ|ответ ошибка|
		失败返回报文|失败响应示例|失败返回结果|错误返回报文|异常返回|异常响应|错误响应示例|错误返回结果|失败报文|返回失败|异常返回示例|失败返回值|异常示例|失败结果|失败返回数据|失败响应报文|
		실패 예시|에러 응답 예시|오류 예시|에러 예시|실패 응답 예제|오류 응답 예제|에러 응답 예제|응답 실패|에러 응답 본문|실패 케이스|실패 시|에러 시|오류 시|
		त्रुटि उत्तर|विफल प्रतिक्रिया|असफल प्रतिक्रिया|विफलता प्रतिक्रिया|असफल उत्तर|त्रुटि की प्रतिक्रिया|विफलता पर प्रतिक्रिया|असफल रिस्पांस|त्रुटि रिस्पांस`},
	{probe.FieldErrorResponse, Plain, weak, `em caso de erro|em caso de falha|en caso de error|
		en cas d'erreur|en cas d'échec|im fehlerfall|bei fehler|jika gagal|khi lỗi|khi thất bại|при ошибке|त्रुटि होने पर|失败时返回|
		erros|falha|falhas|errores|fallo|fallido|échec|échecs|fehlschlag|gagal|kesalahan|thất bại|неуспех|неудача|异常|विफल|विफलता|असफल`},

	{probe.FieldPartnerCode, Plain, strong, `código do parceiro|código parceiro|identificador do parceiro|id do parceiro|
		código del socio|código de partner|código de aliado|código del aliado|código de comercio|id de socio|
		code du partenaire|identifiant partenaire|id partenaire|
partnernummer|
		kode mitra|kode partner|id mitra|kode rekanan|kode merchant|
		mã partner|mã merchant|mã khách hàng đối tác|mã kênh|
		код партнёра|идентификатор партнера|код канала|id партнера|
		合作伙伴编码|合作伙伴代码|商户编码|渠道编码|合作方编号|合作方编码|商户代码|渠道代码|合作伙伴编号|渠道号|商户号|
		제휴사 코드|파트너 id|협력사 코드|제휴 코드|파트너사 코드|
		साझेदार कोड|भागीदार कोड|पार्टनर आईडी|सहयोगी कोड`},
	{probe.FieldPartnerCode, Plain, weak, `mitra|partenaire|socio|đối tác|합작사|파트너|पार्टनर`},

	{probe.FieldCredentials, Plain, strong, `credenciais de acesso|dados de acesso|credenciais da api|
		credenciales de acceso|datos de acceso|credenciales del api|
		identifiants de connexion|informations d'identification|identifiants d'accès|
		anmeldeinformationen|zugangsdaten api|
		kredensial|kredensial api|data akses|akun akses|
		thông tin đăng nhập|thông tin xác thực api|thông tin truy cập|tài khoản truy cập|
		учётные данные|данные доступа|реквизиты доступа|доступы|данные для авторизации|данные для доступа|
		凭据|密钥信息|认证信息|账号信息|接入凭证|鉴权信息|账户信息|
		자격 증명|계정 정보|인증 키 정보|접속 정보|
		प्रमाण पत्र|लॉगिन विवरण|प्रमाणिकता विवरण|साख`},
	{probe.FieldCredentials, NamedValue, weak, `usuário|senha|usuario|contraseña|clave|mot de passe|
		utilisateur|benutzername|passwort|kennwort|kata sandi|nama pengguna|mật khẩu|tên đăng nhập|
		логин|пароль|用户名|密钥|비밀번호|아이디|사용자명|पासवर्ड|उपयोगकर्ता नाम`},

	{probe.FieldStatusCodes, Plain, strong, `códigos de retorno|código de retorno|códigos de resposta|
		código de resposta|códigos http|tabela de erros|lista de erros|códigos de situação|código de status|
		tabela de códigos|lista de códigos|código de erro|mensagens de erro e códigos|
		código de respuesta|código de error|códigos de resultado|tabla de errores|lista de errores|tabla de códigos|código de estado|códigos de estatus|listado de errores|
		codes retour|codes de retour|codes d'état|codes de statut|codes http|code de retour|liste des erreurs|code erreur|codes erreur|code d'erreur|liste des codes|codes réponse|
rückgabecodes|antwortcodes|fehlercode|rückgabecode|fehlertabelle|fehlerliste|antwortcode|ergebniscodes|
		kode status|kode respon|kode respons|kode response|kode kesalahan|kode error|daftar kode|kode balasan|daftar error|kode hasil|daftar kode error|daftar kode status|daftar kode respon|
		mã phản hồi|mã trả về|mã kết quả|bảng mã lỗi|danh sách mã lỗi|danh sách lỗi|mã response|bảng lỗi|
		коды возврата|коды статусов|список ошибок|статус коды|коды результата|код ошибки|код ответа|таблица ошибок|коды http|http коды|коды статуса|код состояния|
		错误代码|状态码说明|错误码说明|返回码说明|响应码说明|返回代码|响应代码|业务码|错误码列表|业务错误码|结果码|业务状态码|返回码列表|响应码列表|状态代码|错误编码|http状态码|全局错误码|错误码定义|状态码列表|
		결과코드 목록|오류 코드 목록|에러 코드 목록|리턴 코드|상태 코드 목록|응답 코드 목록|에러코드표|반환 코드|http 상태 코드|
		त्रुटि कोड|प्रतिक्रिया कोड|रिटर्न कोड|उत्तर कोड|एरर कोड|त्रुटि कोड सूची`},
	{probe.FieldStatusCodes, Plain, weak, `códigos|estado|estatus|statut|kode|mã|коды|код|статус|状态|코드|상태|कोड|स्थिति`},

	{"", TestValues, strong, `massa de teste|massa de testes|dados para teste|dados para testes|valores de teste|dados de testes|
		datos de pruebas|datos para pruebas|valores de prueba|
		données de test|jeu de données de test|valeurs de test|jeux de test|
		testdaten|testwerte|
		data uji|data uji coba|data testing|data percobaan|data tes|
		dữ liệu test|dữ liệu kiểm thử|số liệu thử|
		данные для теста|данные для тестирования|тестовые значения|
		测试账号|测试用例数据|测试账户|测试号码|测试样例|
		테스트 계정|시험 데이터|테스트 값|
		परीक्षण आंकड़े|टेस्ट डेटा|परीक्षण मान`},
	{"", Unrelated, weak, `descrição|observação|observações|notas|versão|autor|ambiente|autenticação|finalidade|objetivo|
		descripción|observaciones|nota|versión|entorno|autenticación|propósito|
		remarque|remarques|auteur|environnement|authentification|commentaire|commentaires|
		beschreibung|bemerkung|bemerkungen|anmerkung|anmerkungen|hinweis|hinweise|umgebung|authentifizierung|zweck|ersteller|
		deskripsi|keterangan|catatan|versi|penulis|lingkungan|otentikasi|autentikasi|tujuan|
		mô tả|ghi chú|phiên bản|tác giả|môi trường|xác thực|mục đích|lưu ý|diễn giải|
		описание|примечание|примечания|комментарий|версия|автор|среда|авторизация|аутентификация|назначение|
		描述|简要描述|接口描述|版本|作者|环境|注意|注意事项|接口说明|功能描述|功能说明|备注说明|版本号|更新时间|接口概述|简介|
		설명|비고|버전|작성자|환경|인증|개요|참고|
		विवरण|टिप्पणी|संस्करण|लेखक|नोट|परिवेश|प्रमाणीकरण|उद्देश्य|टिप्पणियां`},
}
