// Package source knows where in a document something stands, and how to say so.
//
// A [Document] is a file that somebody handed over. Its text is cut into pieces without losing the way back: every
// [Text] knows its place, so that a mismatch found hours later can still be printed under the line, or the workbook
// cell, that promised otherwise. A [Diagnostic] is a complaint about the document itself, with its place, what was
// expected there, and the next step.
//
// [Decode] takes the bytes of a file for text, whatever common encoding they are in, and says what they look like where they are
// none. [Diagnostics.Render] prints complaints with the line that they are about.
//
// The package reads no files, knows no format, and judges nothing.
//
// Lines and columns are 1-based; columns count Unicode code points, not bytes and not screen cells. Line ends are
// LF, CR LF and a lone CR. A byte-order mark at the start of a document is no column.
package source
