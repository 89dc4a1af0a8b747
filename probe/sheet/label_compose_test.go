package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestLabelsComposedOfKnownWords(t *testing.T) {
	for field, labels := range map[probe.Field][]string{
		probe.FieldRequestBody: {
			"Example input", "Request In", "HTTP Body Request", "Payload example input", "Exemplo de entrada", "Beispieleingabe", "Contoh masukan",
			"Ví dụ đầu vào", "Пример входных данных", "入参示例", "입력 데이터 예시", "इनपुट उदाहरण",
		},
		probe.FieldSuccessResponse: {
			"Example output", "Output sample data", "Ejemplo de salida", "Exemple de sortie", "Beispiel Ausgabe", "Contoh keluaran",
			"Ví dụ đầu ra", "Пример выходных данных", "出参示例", "출력 예시", "आउटपुट उदाहरण", "Body (response)", "HTTP Response (Success)", "Response - Success",
		},
		probe.FieldErrorResponse: {"Output failure sample", "Response – Failure", "错误示例数据"},
		probe.FieldHeaders:       {"Header Request", "Common request headers"},
		probe.FieldStatusCodes:   {"Common Error Codes", "Appendix B - Response codes", "Global status codes"},
	} {
		for _, text := range labels {
			l, ok := sheet.LookupLabel(text)
			assert.True(t, ok && l.Field == field, "%q is read as %q", text, l.Field)
		}
	}
	for _, text := range []string{"HTTP Request", "HTTP Response", "Error message", "Success message", "Sample data", "Request OTP", "Input for error", "Data format"} {
		l, ok := sheet.LookupLabel(text)
		assert.False(t, ok && l.Field != "", "%q is read as %q", text, l.Field)
	}
}
