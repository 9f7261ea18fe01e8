package mason

import (
	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/source"
)

// readSettings reads steploom.yaml.
func (p *parser) readSettings(root *source.Node) {
	if root == nil {
		return
	}
	fields := root.Map("the settings")
	if apis := take(fields, "system_apis"); apis != nil {
		apis.Map("the system's APIs")
		for _, entry := range apis.Entries() {
			url, ok := entry.Value.Str()
			if ok && !httprequest.IsAbsolute(url) {
				entry.Value.Report(codeSettings.Error(entry.Value.Range, "%q is not the address of an API", url).Fix("write an address that begins with https://"))
			}
		}
		p.settings.systemAPIs = apis.Entries()
	}
	fields.Done()
}
