package mason

import (
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// apis are the system's APIs by name.
func (p *parser) apis() []string {
	var names []string
	for _, entry := range p.settings.systemAPIs {
		names = append(names, entry.Name)
	}
	return names
}

// api is the address of one of the system's APIs; nil when there is none of the name.
func (p *parser) api(name string) *source.Node {
	for _, entry := range p.settings.systemAPIs {
		if entry.Name == name {
			return entry.Value
		}
	}
	return nil
}

// hasCredential tells whether an address holds a user, a password or a key.
func hasCredential(address *source.Node) bool {
	return secret.InURL(address.Value()) != address.Value()
}

// openAPIs are the addresses of the system's APIs but for those with a credential, which no template reads.
func (p *parser) openAPIs() *jsonata.Object {
	apis := jsonata.NewObject()
	for _, entry := range p.settings.systemAPIs {
		if !hasCredential(entry.Value) {
			apis.Set(entry.Name, entry.Value.Value())
		}
	}
	return apis
}

// checkAPIs checks what a template reads of the system's APIs: names are those behind SYSTEM_APIS.
func (l *lowerer) checkAPIs(t template, names []string, node syntax.Node, around surroundings) bool {
	if len(names) > 0 {
		return l.checkAPI(t, names[0], node) && (node == around.begins || !hasCredential(l.api(names[0])) || l.refuseCredential(t, names[0], node))
	}
	for _, name := range l.apis() {
		if hasCredential(l.api(name)) {
			return l.refuseCredential(t, name, node)
		}
	}
	return true
}

// refuseCredential reports that a template would make a credential in an address a value; it gives false.
func (l *lowerer) refuseCredential(t template, name string, node syntax.Node) bool {
	l.Report(codeSecret.Error(t.at(node), "the address of %s.%s holds a credential, which cannot be part of this", systemAPIs, name).
		Why("It never becomes part of the state: only the url of a request may begin with the address.").
		Fix("write {{ %s.%s }} at the beginning of url, or take the credential out of the address in %s and send it in headers", systemAPIs, name, settingsFile))
	return false
}

func (l *lowerer) checkAPI(t template, name string, node syntax.Node) bool {
	if l.api(name) != nil {
		return true
	}
	fix := "add system_apis: {" + name + ": https://…} to " + settingsFile
	if near := source.DidYouMean(name, l.apis()); near != "" {
		fix = near
	}
	l.Report(codeVariable.Error(t.at(node), "there is no API %q among %s", name, systemAPIs).Why("%s says which there are.", settingsFile).Fix("%s", fix))
	return false
}
