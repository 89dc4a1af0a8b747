package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestLookupLabel(t *testing.T) {
	cases := []struct {
		text   string
		field  probe.Field
		remark string
	}{
		{"API Name", probe.FieldName, ""},
		{"  api  NAME :", probe.FieldName, ""},
		{"**Api-name:**", probe.FieldName, ""},
		{"3. Endpoint URL", probe.FieldURL, ""},
		{"URL (POST)", probe.FieldURL, "POST"},
		{"End Point", probe.FieldURL, ""},
		{"HTTP Verb", probe.FieldMethod, ""},
		{"Method\u00a0", probe.FieldMethod, ""},
		{"req-Header", probe.FieldHeaders, ""},
		{"Header(s)", probe.FieldHeaders, "s"},
		{"Sample Payload", probe.FieldRequestBody, ""},
		{"Response (200)", probe.FieldSuccessResponse, "200"},
		{"Response 2", probe.FieldSuccessResponse, "2"},
		{"2xx", probe.FieldSuccessResponse, ""},
		{"4XX Response", probe.FieldErrorResponse, ""},
		{"Server error (5xx)", probe.FieldErrorResponse, ""},
		{"4xx / 5xx", probe.FieldErrorResponse, ""},
		{"Response 201 Created:", probe.FieldSuccessResponse, "201 Created"},
		{"Output JSON", probe.FieldSuccessResponse, ""},
		{"응답 코드", probe.FieldStatusCodes, ""},
		{"Endereço", probe.FieldURL, ""},
		{"Yêu cầu mẫu", probe.FieldRequestBody, ""},
		{"Response (failed)", probe.FieldErrorResponse, "failed"},
		{"Failure Response", probe.FieldErrorResponse, ""},
		{"Return Codes", probe.FieldStatusCodes, ""},
		{"Consumer Key, Consumer Secret, User ID and Call  back URL", probe.FieldCredentials, ""},
		{"Method & URL", probe.FieldURL, ""},
		{"Cuerpo / Request Body", probe.FieldRequestBody, ""},
		{"接口说明书 / URL", probe.FieldURL, ""},
		{"请求地址", probe.FieldURL, ""},
		{"Метод", probe.FieldMethod, ""},
		{"Phương thức", probe.FieldMethod, ""},
		{"सफल प्रतिक्रिया", probe.FieldSuccessResponse, ""},
		// other languages, with and without their accents and small words
		{"Códigos de retorno", probe.FieldStatusCodes, ""},
		{"Codigos de retorno", probe.FieldStatusCodes, ""},
		{"Código parceiro", probe.FieldPartnerCode, ""},
		{"Contoh Respons Gagal", probe.FieldErrorResponse, ""},
		{"Phuong thuc", probe.FieldMethod, ""},
		{"Antwort im Fehlerfall", probe.FieldErrorResponse, ""},
		{"返回成功", probe.FieldSuccessResponse, ""},
		{"Тело ответа", probe.FieldSuccessResponse, ""},
		// words around a label
		{"URL de homologação", probe.FieldURL, ""},
		{"URL homologacao", probe.FieldURL, ""},
		{"URL do ambiente de testes", probe.FieldURL, ""},
		{"Staging base URL", probe.FieldURL, ""},
		{"UAT Environment End Point", probe.FieldURL, ""},
		{"Base URL for the sandbox", probe.FieldURL, ""},
		{"测试环境地址", probe.FieldURL, ""},
		{"테스트 서버 URL", probe.FieldURL, ""},
		{"Тестовый адрес", probe.FieldURL, ""},
		{"Full Request Body JSON", probe.FieldRequestBody, ""},
		{"Success Response Details", probe.FieldSuccessResponse, ""},
		{"Ejemplo de respuesta exitosa", probe.FieldSuccessResponse, ""},
		{"Keluaran jika gagal", probe.FieldErrorResponse, ""},
		{"Output in case of failure", probe.FieldErrorResponse, ""},
		// words cut short
		{"Resp. (Err.)", probe.FieldErrorResponse, "Err."},
		{"Succ. Resp.", probe.FieldSuccessResponse, ""},
		{"Req. Hdrs", probe.FieldHeaders, ""},
		{"Header(s) reqd.", probe.FieldHeaders, "s"},
		{"Prtnr Cd", probe.FieldPartnerCode, ""},
		// typing errors
		{"Sucess Respons", probe.FieldSuccessResponse, ""},
		{"Requst Body", probe.FieldRequestBody, ""},
		{"Api Nmae", probe.FieldName, ""},
		{"Partnr Code", probe.FieldPartnerCode, ""},
		{"Endpiont URL", probe.FieldURL, ""},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			l, ok := sheet.LookupLabel(c.text)
			assert.True(t, ok)
			assert.Equal(t, c.field, l.Field)
			assert.Equal(t, c.remark, l.Remark)
		})
	}
}

func TestLookupLabelIsSilent(t *testing.T) {
	for _, text := range []string{
		"", "   ", "mobileNo", "City / URL", "Success Response {", "Readers", "Status Codes E1", "The method is simple", "order", "https", "1", "10:30", "<url>", "Test Mode", "full details", "Production notes", "Sample name", "List",
	} {
		t.Run(text, func(t *testing.T) {
			l, ok := sheet.LookupLabel(text)
			assert.False(t, ok, "%+v", l)
		})
	}
}

func TestLabelOfSeveralCredentialsNamesThem(t *testing.T) {
	l, ok := sheet.LookupLabel("Consumer Key, Consumer Secret, User ID and Call back URL")
	assert.True(t, ok)
	assert.Equal(t, []string{"consumer_key", "consumer_secret", "user_id", "callback_url"}, l.Names)
}

func TestNumbering(t *testing.T) {
	for text, want := range map[string]int{
		"10 Status": 3, "3) Status": 3, "2.1. Status": 5, "(4) Status": 4, "1、Status": 4, "1.Status": 2,
		"10001 param error": 0, "10002) appKey": 7, "404 Error": 4, "": 0, "Status": 0, "200": 0, "2nd": 0, "10:30": 0, "1.5": 0,
	} {
		assert.Equal(t, want, sheet.Numbering(text), text)
	}
}

func TestLabelsInAnUnknownLanguageAndInEnglish(t *testing.T) {
	for label, field := range map[string]probe.Field{
		"الطريقة (Method)":                    probe.FieldMethod,
		"الرابط (Endpoint URL)":               probe.FieldURL,
		"استجابة النجاح (Success Response)":   probe.FieldSuccessResponse,
		"วิธีการ [HTTP Method]":               probe.FieldMethod,
		"الشحنة (JS100)":                      "",
		"Delivery of the parcels (Method)":    "",
		"Διεύθυνση (Sandbox endpoint of Kai)": "",
	} {
		l, _ := sheet.LookupLabel(label)
		assert.Equal(t, field, l.Field, label)
	}
}
