package aether

import "github.com/steploom/steploom/compiler/source"

func (p *parser) settings(file source.File) { p.Read(file) }
