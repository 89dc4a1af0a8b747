package reporttest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Types says of which Go types a schema is made.
type Types struct {
	Root     string            // the type of the whole
	Title    string            // what it is, for people
	Packages map[string]string // patterns of Go files, by what their types are written with ("" or "source.")
	Closed   []string          // vocabularies that scripts rely on; to others, later versions may add
	Texts    []string          // types that write themselves as text
}

// SchemaOf is the JSON Schema (draft-07) of types and their comments, as encoding/json writes them.
func SchemaOf(t testing.TB, types Types) string {
	t.Helper()
	g := generator{Types: types, types: map[string]*declared{}, defs: map[string]any{}}
	for pkg, pattern := range types.Packages {
		g.read(t, pkg, pattern)
	}
	root := g.object(t, types.Root)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = types.Title
	root["definitions"] = g.defs
	var out bytes.Buffer
	require.NoError(t, probe.EncodeJSON(&out, root))
	return out.String()
}

// generator makes a schema of Go types as encoding/json writes them.
type generator struct {
	Types
	types map[string]*declared
	defs  map[string]any
}

// declared is a type with its comment, and its constants where it is a vocabulary.
type declared struct {
	pkg    string
	doc    string
	is     ast.Expr
	values []string
}

func (g *generator) read(t testing.TB, pkg, pattern string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var constants []*ast.GenDecl
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			switch d, ok := d.(*ast.GenDecl); {
			case ok && d.Tok == token.TYPE:
				for _, s := range d.Specs {
					s := s.(*ast.TypeSpec)
					g.types[pkg+s.Name.Name] = &declared{pkg: pkg, doc: commentOf(d.Doc, s.Doc), is: s.Type}
				}
			case ok && d.Tok == token.CONST:
				constants = append(constants, d)
			}
		}
	}
	for _, d := range constants {
		g.constants(t, pkg, d)
	}
}

func (g *generator) constants(t testing.TB, pkg string, d *ast.GenDecl) {
	t.Helper()
	for _, s := range d.Specs {
		s := s.(*ast.ValueSpec)
		of, ok := s.Type.(*ast.Ident)
		if !ok || g.types[pkg+of.Name] == nil {
			continue
		}
		for _, v := range s.Values {
			if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				g.types[pkg+of.Name].values = append(g.types[pkg+of.Name].values, text)
			}
		}
	}
}

// commentOf is the first comment that there is, on one line.
func commentOf(groups ...*ast.CommentGroup) string {
	for _, c := range groups {
		if text := strings.Join(strings.Fields(c.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// object describes a struct type.
func (g *generator) object(t testing.TB, name string) map[string]any {
	t.Helper()
	d := g.types[name]
	require.NotNil(t, d, name)
	o := map[string]any{"type": "object", "description": d.doc}
	properties, required := map[string]any{}, []string{}
	g.fields(t, d, properties, &required)
	o["properties"] = properties
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (g *generator) fields(t testing.TB, d *declared, properties map[string]any, required *[]string) {
	t.Helper()
	for _, f := range d.is.(*ast.StructType).Fields.List {
		if len(f.Names) == 0 { // embedded: its fields stand beside the others
			g.fields(t, g.types[g.nameOf(t, d.pkg, f.Type)], properties, required)
			continue
		}
		tag := ""
		if f.Tag != nil {
			tag = reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json")
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" {
			continue
		}
		require.NotEmpty(t, name, "a member needs a name: %s", f.Names[0].Name)
		optional := strings.Contains(options, "omit")
		property := g.of(t, d.pkg, f.Type, !optional)
		if doc := commentOf(f.Doc, f.Comment); doc != "" {
			if property["$ref"] != nil { // beside which draft-07 knows no other keyword
				property = map[string]any{"allOf": []any{property}}
			}
			property["description"] = doc
		}
		properties[name] = property
		if !optional {
			*required = append(*required, name)
		}
	}
}

func (g *generator) nameOf(t testing.TB, pkg string, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.Ident:
		return pkg + e.Name
	case *ast.SelectorExpr:
		return e.X.(*ast.Ident).Name + "." + e.Sel.Name
	}
	require.Fail(t, "an expression that the generator does not know", "%T", e)
	return ""
}

// of describes what stands in a field; nullable is what a nil pointer is written as.
func (g *generator) of(t testing.TB, pkg string, e ast.Expr, nullable bool) map[string]any {
	t.Helper()
	switch e := e.(type) {
	case *ast.StarExpr:
		inner := g.of(t, pkg, e.X, false)
		if !nullable {
			return inner
		}
		return map[string]any{"anyOf": []any{inner, map[string]any{"type": "null"}}}
	case *ast.ArrayType:
		if of, ok := e.Elt.(*ast.Ident); ok && of.Name == "byte" {
			return map[string]any{"type": "string", "contentEncoding": "base64"}
		}
		return map[string]any{"type": "array", "items": g.of(t, pkg, e.Elt, true)}
	case *ast.MapType:
		return map[string]any{"type": "object", "additionalProperties": g.of(t, pkg, e.Value, true)}
	}
	switch name := g.nameOf(t, pkg, e); strings.TrimPrefix(name, pkg) {
	case "string":
		return map[string]any{"type": "string"}
	case "bool":
		return map[string]any{"type": "boolean"}
	case "int", "int64":
		return map[string]any{"type": "integer"}
	case "float64":
		return map[string]any{"type": "number"}
	case "time.Time":
		return map[string]any{"type": "string", "format": "date-time"}
	case "json.RawMessage":
		return map[string]any{}
	default:
		if slices.Contains(g.Texts, name) {
			return map[string]any{"type": "string"}
		}
		return g.named(t, name)
	}
}

// named describes a type of ours once, and refers to it.
func (g *generator) named(t testing.TB, name string) map[string]any {
	t.Helper()
	key := strings.ReplaceAll(name, ".", "_")
	ref := map[string]any{"$ref": "#/definitions/" + key}
	if g.defs[key] != nil {
		return ref
	}
	d := g.types[name]
	require.NotNil(t, d, name)
	g.defs[key] = map[string]any{} // it may refer to itself
	switch is := d.is.(type) {
	case *ast.StructType:
		g.defs[key] = g.object(t, name)
	case *ast.Ident:
		require.Equal(t, "string", is.Name, name)
		values := map[string]any{"type": "string", "description": d.doc}
		if list := slices.Compact(slices.Clone(d.values)); slices.Contains(g.Closed, name) {
			values["enum"] = list
		} else if len(list) > 0 {
			values["examples"] = list
		}
		g.defs[key] = values
	default:
		described := g.of(t, d.pkg, d.is, false)
		described["description"] = d.doc
		g.defs[key] = described
	}
	return ref
}
