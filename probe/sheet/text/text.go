// Package text reads pasted text and e-mail.
package text

import "github.com/sheetprobe/sheetprobe/probe/sheet"

// Format reads pasted text.
var Format = sheet.Format{Name: "text"}
