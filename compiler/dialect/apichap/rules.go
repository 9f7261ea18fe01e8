package apichap

import "github.com/steploom/steploom/shared/diag"

func rules() []diag.Rule { return nil }
