package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mayBeWritten says why no report can be written to a path, before anything is sent for it.
func mayBeWritten(path string) error {
	path, info, err := throughLinks(path)
	switch {
	case err != nil:
		return fmt.Errorf("cannot write to %q: %w", path, cause(err))
	case info != nil && info.IsDir():
		return fmt.Errorf("%q is a folder", path)
	case info != nil && !info.Mode().IsRegular():
		return nil // a device or a pipe, which tells when it is written to
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %q", dir)
	}
	temp, err := os.CreateTemp(dir, ".sheetprobe.*")
	if err != nil {
		return fmt.Errorf("cannot write into the folder %q: %w", dir, cause(err))
	}
	return cmp.Or(temp.Close(), os.Remove(temp.Name()))
}

// throughLinks follows symbolic links, so that what they lead to is written and not the link replaced. info is nil where nothing is there.
func throughLinks(path string) (string, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	if err != nil {
		return path, nil, err
	}
	if !info.Mode().IsRegular() {
		return path, info, nil // a link in /dev or /proc leads to what has no name
	}
	real, err := filepath.EvalSymlinks(path)
	return real, info, err
}

// writeFile replaces a file as a whole, so that a reader never sees half a report, and keeps its permissions. What is no file, such as a pipe
// or a device, is written to and never replaced.
func writeFile(path string, write func(io.Writer) error) error {
	var buffer bytes.Buffer
	if err := write(&buffer); err != nil {
		return err
	}
	path, info, err := throughLinks(path)
	if err != nil {
		return err
	}
	if info != nil && !info.Mode().IsRegular() {
		return writeInto(path, buffer.Bytes())
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(buffer.Bytes())
	if info != nil {
		err = cmp.Or(err, temp.Chmod(info.Mode().Perm()))
	}
	if err = cmp.Or(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func writeInto(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return cmp.Or(err, f.Close())
}
