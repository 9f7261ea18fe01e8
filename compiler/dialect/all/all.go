// Package all is the ordered list of the dialects. A new dialect is a package and a line here.
package all

import (
	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/dialect/aether"
	"github.com/steploom/steploom/compiler/dialect/apichap"
	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/dialect/osop"
)

// List gives every dialect. The first whose Detect says yes reads the files.
func List() []dialect.Dialect {
	return []dialect.Dialect{apichap.Dialect(), osop.Dialect(), mason.Dialect(), aether.Dialect()}
}
