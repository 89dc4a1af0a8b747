package sheet

import (
	"strings"
	"sync"
)

// foreignColumns are titles of tables of parameters in other languages, for each piece of a parameter. They are compared without case, accents and
// blanks.
var foreignColumns = map[string]string{
	colName: `parâmetro|parâmetros|parametro|parametri|nome parametro|nome campo|parámetro|parámetros|paramètre|paramètres|nome do parâmetro|
		nome do campo|nombre del parámetro|nombre del campo|nom du paramètre|nom du champ|
		parametername|feldname|nama parameter|nama field|nama kolom|nama atribut|tham số|tên tham số|tên trường|параметр|параметры|имя параметра|название параметра|имя поля|
		название поля|参数名字|字段英文名|变量|파라미터 이름|파라미터명|매개변수|필드 이름|변수명|항목명|पैरामीटर|पैरामीटर नाम|पैरामीटर का नाम|फ़ील्ड का नाम`,
	colType: `tipo de dado|tipo de dados|tipo de dato|tipo de campo|type de donnée|type de données|datentyp|tipo di dato|tipe|tipe data|jenis data|kiểu|
		kiểu dữ liệu|loại dữ liệu|тип данных|тип поля|
		데이터 유형|데이터 타입|유형|प्रकार|डेटा प्रकार`,
	colMandatory: `obrigatório|obrigatória|obrigatório sn|obrigatoriedade|é obrigatório|mandatório|obligatorio|obligatoria|obligatorio sn|obligatoriedad|requerido|requerida|es obligatorio|
		obbligatorio|obbligatoria|obbligatorietà|richiesto|obbligatorio sn|obligatoire|obligatoire on|requis|caractère obligatoire|pflicht|pflichtfeld|
		pflichtangabe|pflicht jn|erforderlich|notwendig|wajib|wajib yt|mandatori|diperlukan|wajib diisi|harus diisi|
		bắt buộc|có bắt buộc|bắt buộc không|обязательный|обязательность|обязательно|обязательное|обязательная|обязателен|обязательный параметр|обязательное поле|обяз|
		是否必需|必需|是否必传|必传|必填项|必要性|필수 여부|필수값|필수항목|필수 유무|필수 구분|अनिवार्य|आवश्यक|क्या अनिवार्य है`,
}

// theForeignColumns is built once; it never changes.
var theForeignColumns = sync.OnceValue(func() map[string]string {
	columns := map[string]string{}
	for kind, words := range foreignColumns {
		for w := range strings.SplitSeq(words, "|") {
			columns[plain(w)] = kind
		}
	}
	return columns
})

// foreignColumn says which piece of a parameter a title in another language is over; "" where it is none that is known.
func foreignColumn(title string) string { return theForeignColumns()[plain(title)] }
