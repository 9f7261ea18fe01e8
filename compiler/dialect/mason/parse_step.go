package mason

import (
	"errors"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

// reportSchedule reports why a schedule cannot be read.
func reportSchedule(node *source.Node, err error) {
	if wrong := (*schedule.Error)(nil); errors.As(err, &wrong) {
		node.Report(codeStart.Error(node.At(wrong.Start, wrong.End), "%s", wrong.Reason).Fix("%s", wrong.Fix))
		return
	}
	node.Report(codeStart.Error(node.Range, "%s", err))
}

// steps reads the steps of a workflow, which need names of their own.
func (p *parser) steps(list *source.Node) []*step {
	if list == nil {
		return nil
	}
	items := list.List("the steps")
	if len(items) == 0 && (list.Kind == source.Sequence || list.Kind == source.Null) {
		list.Report(codeShape.Error(list.Range, "the workflow has no steps").Fix("write a list of steps, each with name and apispec"))
	}
	var steps []*step
	names := map[string]*step{}
	for _, item := range items {
		s := p.step(item)
		if first := names[s.name]; first != nil && s.name != "" {
			item.Report(codeName.Error(s.at, "there are two steps named %q", s.name).Why("What a step gives is known by its name.").
				Fix("give one of them another name").Also(first.at, "the first one"))
		}
		names[s.name] = s
		steps = append(steps, s)
	}
	return steps
}

func (p *parser) step(node *source.Node) *step {
	fields := node.Map("a step")
	s := &step{at: source.Head(node)}
	if name := fields.Need("name"); name != nil {
		s.name, s.at = p.name(name, "a step"), name.Range
	}
	if concurrency := take(fields, "concurrency"); concurrency != nil {
		s.concurrency = p.atLeastOne(concurrency, "the number of workers")
	}
	s.input, s.output = text(take(fields, "input")), text(take(fields, "output"))
	if retry := take(fields, "retry"); retry != nil {
		s.retryOrNil = p.retry(retry)
	}
	if api := fields.Need("apispec"); api != nil {
		s.apiSpec = p.apiSpec(api)
	}
	fields.Done()
	return s
}

func (p *parser) apiSpec(node *source.Node) apiSpec {
	if node.Kind == source.Sequence {
		node.Report(codeShape.Error(node.Range, "a step makes one request").Fix("write a step for each request"))
		return apiSpec{}
	}
	fields := node.Map("an apispec")
	spec := apiSpec{
		url: text(fields.Need("url")), method: p.method(fields.Need("method")),
		data: mappingOrText(take(fields, "data")), headers: headers(mappingOrText(take(fields, "headers"))),
		params: mappingOrText(take(fields, "params")), body: mappingOrText(take(fields, "json_body")),
	}
	if timeout := take(fields, "timeout"); timeout != nil {
		spec.timeoutSeconds = p.timeout(timeout)
	}
	fields.Done()
	if spec.body != nil && isNeverEmpty(spec.data) {
		p.Report(codeInert.Warning(spec.body.Range, "json_body is not sent where data is given").Why("A request has one body, and data comes first.").
			Fix("delete one of the two").Also(spec.data.Range, "data is here"))
		spec.body = nil
	}
	return spec
}

// isNeverEmpty tells whether data is a body whatever the state is. Data that is empty leaves the request to json_body.
func isNeverEmpty(data *source.Node) bool {
	switch {
	case data == nil:
		return false
	case data.Kind == source.Mapping:
		return len(data.Entries()) > 0
	}
	return data.Value() != "" && !isTemplate(data.Value())
}

// timeout reads a number of seconds.
func (p *parser) timeout(node *source.Node) int {
	seconds := p.atLeastOne(node, "the number of seconds")
	if seconds > task.LongestSeconds {
		node.Report(codeValue.Error(node.Range, "a timeout is at most %d seconds", task.LongestSeconds).Why("No Lambda function works longer.").
			Fix("write %d or less", task.LongestSeconds))
		return 0
	}
	return seconds
}

// headers gives a mapping whose values must be texts, or a text.
func headers(node *source.Node) *source.Node {
	for _, entry := range node.Entries() {
		if !isHeaderName(entry.Name) && !isTemplate(entry.Name) {
			node.Report(codeRequest.Error(entry.Key.Range, "%q is no name of a header", entry.Name).Why("A name is made of letters, digits and signs such as -, without a blank (RFC 9110, section 5.1).").
				Fix("write it as in X-Request-Id"))
		}
		value, isScalar := entry.Value.Literal()
		if _, isText := value.(string); !isText && value != nil || !isScalar {
			entry.Value.Report(codeValue.Error(entry.Value.Range, "the value of header %s is no text", entry.Name).Why("The HTTP library takes nothing else.").
				Fix("put it into quotes"))
		} else if isText && !isTemplate(entry.Value.Value()) && !isHeaderValue(entry.Value.Value()) {
			entry.Value.Report(codeRequest.Error(entry.Value.Range, "the value of header %s begins with a blank or holds a line break", entry.Name).
				Why("The HTTP library refuses to send it.").Fix("write it on one line, without a blank in front"))
		}
	}
	return node
}

func isHeaderName(name string) bool {
	return regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$").MatchString(name)
}

// isHeaderValue tells whether the HTTP library sends a value; the last line break of a text is left out before.
func isHeaderValue(value string) bool {
	return regexp.MustCompile(`^(?:\S[^\r\n]*)?$`).MatchString(plainText(value))
}

// method reads the verb of a request, in any case.
func (p *parser) method(node *source.Node) string {
	if node == nil {
		return ""
	}
	word, ok := words(node)
	if !ok {
		return ""
	}
	method := strings.ToUpper(strings.TrimSpace(word))
	for _, known := range httprequest.Methods() {
		if method == known {
			return method
		}
	}
	node.Report(codeRequest.Error(node.Range, "%q is not a method of requests", word).Why("The methods are %s.", strings.Join(httprequest.Methods(), ", ")).
		Fix("%s", source.DidYouMean(method, httprequest.Methods())))
	return ""
}

// name reads what something is called: any text with something in it.
func (p *parser) name(node *source.Node, what string) string {
	name, ok := words(node)
	if ok && strings.TrimSpace(name) == "" {
		node.Report(codeName.Error(node.Range, "the name of %s is empty", what).Fix("write a name"))
		return ""
	}
	return name
}

// atLeastOne reads a whole number from 1 on, 0 when it is none, which is reported.
func (p *parser) atLeastOne(node *source.Node, what string) int {
	number, ok := node.Int()
	if ok && number < 1 {
		node.Report(codeValue.Error(node.Range, "%s must be 1 or more", what).Fix("write 1, or leave the line out"))
		return 0
	}
	return number
}

// text gives a node that must be a text, nil when it is none, which is reported.
func text(node *source.Node) *source.Node {
	if node == nil {
		return nil
	}
	if _, ok := words(node); !ok {
		return nil
	}
	return node
}

// words reads a text. A number, true or false is none, which is reported.
func words(node *source.Node) (string, bool) {
	text, ok := node.Str()
	if !ok {
		return "", false
	}
	if value, _ := node.Literal(); value != any(text) {
		node.Report(codeValue.Error(node.Range, "%s is no text", text).Why("Only a text, or a template, may stand here.").Fix("put it into quotes: %q", text))
		return "", false
	}
	return text, true
}

// mappingOrText gives a node that must be a mapping or a text, nil when it is neither, which is reported.
func mappingOrText(node *source.Node) *source.Node {
	if node == nil || node.Kind == source.Mapping {
		return node
	}
	if node.Kind == source.Sequence {
		node.Report(codeValue.Error(node.Range, "this is a list, but must be a mapping or a text").Fix("write a mapping, or a template that gives one"))
		return nil
	}
	return text(node)
}
