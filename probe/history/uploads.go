package history

import (
	"context"
	"errors"
	"time"
)

// Uploads keeps documents that somebody handed over.
type Uploads interface {
	// AddUpload keeps a document; ErrFull says that there are most of them already.
	AddUpload(ctx context.Context, u Upload, content []byte, most int) error
	// Uploads lists them, the latest first.
	Uploads(ctx context.Context) ([]Upload, error)
	// OpenUpload returns one with its content, or ErrNoUpload.
	OpenUpload(ctx context.Context, id string) (Upload, []byte, error)
	// DeleteUpload deletes one for good, or returns ErrNoUpload.
	DeleteUpload(ctx context.Context, id string) error
}

// Upload is a document without its content.
type Upload struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"` // as its sender calls it; nothing is ever opened by it
	SHA256 string    `json:"sha256"`
	Bytes  int       `json:"bytes"`
	By     string    `json:"by"` // "" where nobody signs in
	At     time.Time `json:"at"`
}

// ErrNoUpload says that there is no such document.
var ErrNoUpload = errors.New("no such document was uploaded, or it was deleted")

// ErrFull says that no more documents are taken.
var ErrFull = errors.New("there are as many uploaded documents as may be kept")
