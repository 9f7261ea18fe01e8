package steploom

import (
	"embed"
	"io/fs"
)

//go:embed go.mod go.sum LICENSE functions shared
var sources embed.FS

// Sources is the part of this module's source tree that functions are built from, with paths as in the repository.
func Sources() fs.FS { return sources }
