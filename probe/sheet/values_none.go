package sheet

import (
	"strings"
	"sync"
)

// noneWords are the words for "there is none" and "not applicable", which stand for a value in every language; a short text is compared whole,
// without case, accents, blanks and punctuation.
const noneWords = `na|n/a|none|nil|no body|empty|null|no|nothing|tbd|no request body|no headers|no payload|no request|no body required|no parameters|no params|not used|blank|void|
	não se aplica|não aplicável|não há|nenhum|nenhuma|sem corpo|não possui|não tem|não utilizado|não é necessário|não necessário|não requer|vazio|não|sem body|não requerido|inexistente|
	no aplica|no aplicable|ninguno|ninguna|sin cuerpo|sin body|no tiene|no requiere|no se requiere|no requerido|no es necesario|vacío|nada|no hay|no se aplica|sin datos|no corresponde|
	sans objet|non applicable|aucun|aucune|pas de corps|sans corps|néant|non requis|vide|non|ne s'applique pas|pas applicable|aucun corps|rien|
	keine|keiner|kein|keines|entfällt|nicht zutreffend|nicht anwendbar|ohne|leer|nicht erforderlich|nicht benötigt|kein body|nicht relevant|nichts|nein|kein inhalt|ohne body|nicht nötig|
	tidak ada|tidak berlaku|tidak diperlukan|tidak perlu|kosong|nihil|tidak digunakan|tanpa body|tidak|tidak dipakai|tidak tersedia|
	không|không có|không áp dụng|không cần|trống|không yêu cầu|không sử dụng|không bắt buộc|rỗng|không có body|không dùng|
	нет|отсутствует|отсутствуют|не применимо|неприменимо|не требуется|не требуются|пусто|не используется|без тела|тело отсутствует|не нужно|не нужен|не указано|нет тела|не применяется|не предусмотрено|
	无|无需|没有|不适用|空|无参数|无请求体|不需要|暂无|无请求参数|无需参数|无需传参|无数据|否|不用|
	없음|해당 없음|해당사항 없음|불필요|미사용|필요 없음|없습니다|해당없음 |본문 없음|사용 안 함|
	नहीं|लागू नहीं|कोई नहीं|आवश्यक नहीं|कुछ नहीं|उपलब्ध नहीं|रिक्त|खाली|ज़रूरत नहीं|
	nvt|geen|nessuno|nessuna|non previsto|brak|nie dotyczy|yok|なし|該当なし|無|無し|ไม่มี|لا يوجد`

// nones is built once; it never changes.
var nones = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.SplitSeq(noneWords, "|") {
		words[plain(w)] = true
	}
	return words
})
