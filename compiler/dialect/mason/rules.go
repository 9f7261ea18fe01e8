package mason

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// The codes, in the order of rules.
const (
	codeShape    report.Code = "MAS001"
	codeSettings report.Code = "MAS002"
	codeName     report.Code = "MAS003"
	codeValue    report.Code = "MAS004"
	codeDeleted  report.Code = "MAS005"
	codeRetry    report.Code = "MAS006"
	codeTemplate report.Code = "MAS007"
	codeVariable report.Code = "MAS008"
	codeRequest  report.Code = "MAS009"
	codeAddress  report.Code = "MAS010"
	codeSecret   report.Code = "MAS011"
	codeStart    report.Code = "MAS012"
	codeInert    report.Code = "MAS013"
)

// rules describes the codes.
func rules() []diag.Rule {
	return []diag.Rule{
		codeShape.Rule("Not the shape of a workflow", "A workflow is a mapping with name and steps, a file holds one or a list of them."),
		codeSettings.Rule("Settings", "steploom.yaml says what SYSTEM_APIS are and how callers show who they are."),
		codeName.Rule("Name", "Names of workflows, of the steps of one and of what they put out tell them apart, so they must be there and be distinct."),
		codeValue.Rule("Value out of range", "The value is not of the type that the field has, or not one that it can have."),
		codeDeleted.Rule("Deleted workflow", "A workflow with deleted: true is checked and not deployed."),
		codeRetry.Rule("Retry", "A field of a retry configuration is not what urllib3's Retry takes."),
		codeTemplate.Rule("Template not understood", "The template is not Jinja, or asks for what a template here cannot have, such as other files."),
		codeVariable.Rule("Unknown variable", "A template reads a name that the state does not have: neither SYSTEM_APIS, USER or CURRENT_STEP, nor what a step before puts out."),
		codeRequest.Rule("Request", "The request cannot be sent, or not as it is written."),
		codeAddress.Rule("Address", "Data cannot choose the host that is called, and a URL needs a scheme and a host."),
		codeSecret.Rule("Secret", "A secret may only be put into a request, whole or within fixed text. It never becomes data of the state."),
		codeStart.Rule("Start", "How the workflow is started cannot be read."),
		codeInert.Rule("Without effect", "The field is read and changes nothing, as in Mason's own libraries."),
	}
}
