package main

import (
	"bufio"
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
	path, info, err := throughLinks(path)
	if err != nil {
		return err
	}
	if info != nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	temp, err := createBeside(path)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = buffered(temp, write)
	if info != nil {
		err = cmp.Or(err, temp.Chmod(info.Mode().Perm()))
	}
	if err = cmp.Or(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// createBeside makes a new file in the folder of path, with the permissions that the user's mask leaves: who collects reports is often another user.
func createBeside(path string) (*os.File, error) {
	name := fmt.Sprintf(".%s.%s", filepath.Base(path), newRunID())
	return os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

func buffered(out io.Writer, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(out, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

func writeInto(path string, write func(io.Writer) error) error {
	var whole bytes.Buffer // a reader at the other end gets all or nothing
	if err := write(&whole); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(whole.Bytes())
	return cmp.Or(err, f.Close())
}
