package aether

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// The codes, in the order of rules.
const (
	codeShape    report.Code = "AET001"
	codeSettings report.Code = "AET002"
	codeName     report.Code = "AET003"
	codeField    report.Code = "AET004"
	codePath     report.Code = "AET005"
	codeURL      report.Code = "AET006"
	codeDelivery report.Code = "AET007"
	codeSecret   report.Code = "AET008"
)

// rules describes the codes.
func rules() []diag.Rule {
	return []diag.Rule{
		codeShape.Rule("Not the shape of a job", "A file holds a job, a list of jobs, or a mapping with the list jobs; other files beside them have no effect."),
		codeSettings.Rule("Settings", "A key of consumer.json or kafka.json is not known, has no effect here, or does not have a value that it can have."),
		codeName.Rule("Name", "The id of a job tells it from others, so it must be there, be a name and be distinct."),
		codeField.Rule("Field", "A field of a job is missing, is not known, or is not of the type that it has."),
		codePath.Rule("Datamap", "A path of datamap cannot be read, or a name of query_params and json_body is none of datamap."),
		codeURL.Rule("URL", "The template of the URL cannot be read, asks for what datamap does not pick, or lets data choose where the request goes."),
		codeDelivery.Rule("Delivery", "How a job delivers its records (retry, ratelimit, on_failure) cannot be honoured."),
		codeSecret.Rule("Credential", "A credential stands in a job's file or in settings: it becomes a secret of the stack. A reference to a secret stands for the whole of a credential."),
	}
}
