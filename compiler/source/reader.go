package source

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// Reader reads files and collects what is wrong with them. Its zero value is ready to use; it is not safe for concurrent use.
type Reader struct{ problems diag.List }

// Report adds a diagnostic.
func (r *Reader) Report(d diag.Reportable) { r.problems.Add(d) }

// Problems are the diagnostics so far, in the order they came up.
func (r *Reader) Problems() diag.List { return r.problems }

// Read gives the root of the file's only document, nil when the file is empty or cannot be read (which is reported).
func (r *Reader) Read(file File) *Node { return r.read(file, diag.Error) }

// ReadForeign reads a file whose form is decided elsewhere, such as an OpenAPI document: a key that is written twice is only warned about.
func (r *Reader) ReadForeign(file File) *Node { return r.read(file, diag.Warning) }

func (r *Reader) read(file File, duplicates diag.Severity) *Node {
	t := newText(file)
	if at := invalidUTF8(t.bytes); at >= 0 {
		r.Report(report.Error(CodeEncoding, t.span(at, at+1), "the file is not UTF-8 text"))
		return nil
	}
	root, err := firstDocument(t.joined())
	if err != nil {
		r.syntax(t, err)
		return nil
	}
	if root == nil || len(root.Content) == 0 {
		return nil
	}
	b := builder{reader: r, text: t, duplicates: duplicates, open: map[*yaml.Node]bool{}, budget: expansionBudget(len(t.bytes))}
	return b.build(root.Content[0])
}

func invalidUTF8(b []byte) int {
	for at := 0; at < len(b); {
		character, size := utf8.DecodeRune(b[at:])
		if character == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
	return -1
}

// secondDocument is where a second document starts, which no configuration file may have.
type secondDocument struct{ line, column int }

func (secondDocument) Error() string { return "the file holds more than one YAML document" }

// version is the directive that a file in YAML 1.2 may begin with.
var version = regexp.MustCompile(`\A(?:\x{feff})?(?:[ \t]*(?:#[^\n]*)?\r?\n)*%YAML[ \t]+1\.(2)[ \t\r\n]`)

// withVersion is a file whose directive says version 1.1, which is the one that the parser takes; it reads both alike.
func withVersion(content []byte) []byte {
	at := version.FindSubmatchIndex(content)
	if at == nil {
		return content
	}
	return slices.Concat(content[:at[2]], []byte("1"), content[at[3]:])
}

func firstDocument(content []byte) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(withVersion(content)))
	if err != nil {
		return nil, err
	}
	var first, second yaml.Node
	if err := loader.Load(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		return &first, nil
	case err != nil:
		return nil, err
	default:
		return nil, secondDocument{second.Line, second.Column}
	}
}

// syntax reports why a file is not YAML.
func (r *Reader) syntax(t *text, err error) {
	var load *yaml.LoadError
	var second secondDocument
	switch {
	case errors.As(err, &load):
		draft := report.Error(CodeSyntax, t.point(load.Mark.Line, load.Mark.Column), "this is not valid YAML: %s", load.Message).Fix("%s", syntaxHint(load.Message))
		if load.ContextMsg != "" && load.ContextMark.Line > 0 {
			draft = draft.Also(t.point(load.ContextMark.Line, load.ContextMark.Column), "%s", load.ContextMsg)
		}
		r.Report(draft)
	case errors.As(err, &second):
		r.Report(report.Error(CodeDocuments, t.point(second.line, second.column), "%s", second).Fix("put each document into a file of its own"))
	default:
		r.Report(report.Error(CodeSyntax, t.span(0, 0), "this is not valid YAML: %s", err))
	}
}

func (t *text) point(line, column int) diag.Range {
	at := t.offset(line, column)
	return t.span(at, min(at+1, len(t.bytes)))
}

func syntaxHint(message string) string {
	switch message {
	case "mapping values are not allowed in this context":
		return "put the value into quotes if it contains ': ', check the indentation, or close a quote that was opened before"
	case "found character that cannot start any token":
		return "indent with blanks, not tabs, and put values that start with %, @ or ` into quotes"
	case "did not find expected key", "did not find expected '-' indicator":
		return "check that this line is indented like its neighbours"
	case "found a tab character that violates indentation":
		return "indent with blanks, not tabs"
	case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
		return "close the { or [ that was opened before, or put the value into quotes"
	case "found unexpected end of stream":
		return "close the quote that was opened before"
	default:
		return ""
	}
}

// expansionBudget bounds how many nodes a file may become once its aliases are replaced by what they stand for.
func expansionBudget(size int) int { return 10_000 + 4*size }

// builder turns the parser's tree into Nodes.
type builder struct {
	reader *Reader
	text   *text
	open   map[*yaml.Node]bool // collections being built, to find anchors that contain themselves
	budget int
	spent  bool
	// duplicates is how serious a key is that is written twice.
	duplicates diag.Severity
}

func (b *builder) build(node *yaml.Node) *Node {
	if node.Kind == yaml.AliasNode {
		return b.alias(node)
	}
	start := b.text.offset(node.Line, node.Column)
	built := &Node{reader: b.reader, text: b.text, tag: node.Tag, Range: b.text.span(start, start)}
	if b.budget--; b.budget < 0 {
		b.overspent(built)
		return built
	}
	b.open[node] = true
	defer delete(b.open, node)
	built.flow, built.shared = node.Style&yaml.FlowStyle != 0, node.Anchor != ""
	switch node.Kind {
	case yaml.MappingNode:
		built.Kind = Mapping
		b.mapping(built, node)
	case yaml.SequenceNode:
		built.Kind = Sequence
		b.sequence(built, node)
	default:
		b.scalar(built, node, start)
	}
	return built
}

func (b *builder) overspent(node *Node) {
	if !b.spent {
		node.Report(report.Error(CodeAliases, node.Range, "the aliases of this file stand for too much text"))
	}
	b.spent = true
}

func (b *builder) alias(node *yaml.Node) *Node {
	start := b.text.offset(node.Line, node.Column)
	if b.open[node.Alias] {
		built := &Node{reader: b.reader, text: b.text, Range: b.text.span(start, start+1+len(node.Value))}
		built.Report(report.Error(CodeAliases, built.Range, "alias %q stands inside what it stands for", node.Value))
		return built
	}
	return b.build(node.Alias)
}

func (b *builder) scalar(built *Node, node *yaml.Node, start int) {
	const block = yaml.LiteralStyle | yaml.FoldedStyle
	built.quoted = node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|block) != 0
	built.value = node.Value
	if node.Tag == "!!null" && !built.quoted {
		built.Range = b.text.span(start, start+len(node.Value))
		return
	}
	built.Kind = Scalar
	built.spelling = locate(b.text, node, start)
	built.Range = b.text.span(built.spelling.start, built.spelling.end)
}

func (b *builder) sequence(built *Node, node *yaml.Node) {
	for _, item := range node.Content {
		if b.spent {
			return
		}
		child := b.build(item)
		built.items = append(built.items, child)
		built.stretch(child)
	}
}

// stretch makes a collection reach to the end of one of its parts, unless that part is written elsewhere.
func (n *Node) stretch(part *Node) {
	if part.Range.End.Offset > n.Range.End.Offset {
		n.Range.End = part.Range.End
	}
}
