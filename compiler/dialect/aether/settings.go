package aether

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// settings are those of consumer.json and kafka.json.
type settings struct {
	values  map[string]string // by the variables that functions read them from
	secrets map[string]string // the names of secrets, by the variables that refer to them
	members map[string]secretMembers
	places  map[string]diag.Range // where each variable's value stands
	at      diag.Range            // of a file with settings
}

// secretMembers are the members of a secret that stand in a file.
type secretMembers struct {
	values map[string]string
	at     *source.Node
}

func newSettings() settings {
	return settings{values: map[string]string{}, secrets: map[string]string{}, members: map[string]secretMembers{}, places: map[string]diag.Range{}}
}

// settingsFile reads one of the two files, which may hold any setting.
func (p *parser) settingsFile(file source.File) {
	root := p.Read(file)
	if root == nil {
		return
	}
	if root.Kind != source.Mapping {
		root.Report(codeSettings.Error(root.Range, "%s holds an object of settings", file.Base()).Fix("write {\"kafka_url\": \"broker:9092\"}"))
		return
	}
	p.at = start(file)
	for _, entry := range root.Entries() {
		p.setting(entry)
	}
}

// settled tells whether there are settings and nothing that was to be a job: jobs are posted then.
func (p *parser) settled(files source.Files) bool {
	if p.at.File == "" || slices.ContainsFunc(files, isJob) {
		return false
	}
	p.Report(codeShape.Note(p.at, "the workflow has no jobs of its own").Why("They are posted to the job API when it runs."))
	return true
}

// setting reads one key.
func (p *parser) setting(entry source.Entry) {
	row, known := job.FindSetting(entry.Name)
	switch {
	case !known:
		draft := codeSettings.Warning(entry.Key.Range, "%q is no setting of the consumer, and has no effect", entry.Name)
		if near := diag.DidYouMean(strings.ToLower(entry.Name), job.SettingKeys()); near != "" {
			entry.Key.Report(codeSettings.Error(entry.Key.Range, "%q is no setting of the consumer", entry.Name).Fix("%s", near))
			return
		}
		entry.Key.Report(draft.Fix("delete it"))
	case row.Ignored != "":
		entry.Key.Report(codeSettings.Note(entry.Key.Range, "%q has no effect here", entry.Name).Why("%s", row.Ignored).Fix("delete it where only Steploom reads the file"))
	case entry.Value.Kind == source.Null:
	case row.Secret != "":
		p.secretSetting(row, entry)
	default:
		p.plainSetting(row, entry)
	}
}

// plainSetting keeps a value as its variable holds it.
func (p *parser) plainSetting(row job.Setting, entry source.Entry) {
	text, err := row.Text(valueOf(entry.Value))
	if err == nil {
		err = row.Check(text)
	}
	if err != nil {
		entry.Value.Report(codeSettings.Error(entry.Value.Range, "%s: %v", entry.Name, err).Fix("it is %s", row.Doc))
		return
	}
	p.once(row, entry)
	p.values[row.Variable] = text
}

// once refuses two values of one variable.
func (p *parser) once(row job.Setting, entry source.Entry) {
	place := row.Variable + row.Secret
	if first, twice := p.places[place]; twice {
		entry.Key.Report(codeSettings.Error(entry.Key.Range, "%s is set twice", row.Variable).Fix("keep one of the two").Also(first, "the first one"))
		return
	}
	p.places[place] = entry.Key.Range
}

// secretSetting keeps a secret, or the member of one, apart from the values.
func (p *parser) secretSetting(row job.Setting, entry source.Entry) {
	p.once(row, entry)
	if name := reference(entry.Value); name != "" {
		p.secrets[row.Variable] = name
		return
	}
	text, ok := entry.Value.Str()
	if !ok {
		return
	}
	members, begun := p.members[row.Variable]
	if !begun {
		members = secretMembers{values: map[string]string{}, at: entry.Value}
	}
	members.values[row.Secret] = text
	if row.Secret != "username" {
		members.at = entry.Value
	}
	p.members[row.Variable] = members
}

// emitLevel tells of an emit level that is none of the levels: the consumer masks every field with a level then.
func (p *parser) emitLevel() {
	settings, err := job.ReadSettings(task.Variables(p.values))
	if err != nil || settings.EmitLevelListed() {
		return
	}
	for _, variable := range []string{"AETHER_MASKING_SCHEMA_EMIT_LEVEL", "AETHER_MASKING_SCHEMA_LEVELS"} {
		if at, given := p.places[variable]; given {
			p.Report(codeSettings.Warning(at, "the emit level is none of the levels").Why("Every field that has a level is masked then, the lowest, too.").
				Fix("write one of the levels as aether_masking_schema_emit_level"))
			return
		}
	}
}

// settingsSecrets makes secrets of what stands in the files.
func (p *parser) settingsSecrets() {
	for _, variable := range slices.Sorted(maps.Keys(p.members)) {
		members := p.members[variable]
		if referred, both := p.secrets[variable]; both { // the secret has all members
			if _, more := members.values["username"]; more {
				members.at.Report(codeSettings.Note(members.at.Range, "the user has no effect").Why("The secret %s holds the user and the password.", referred).Fix("delete it"))
			}
			continue
		}
		literal, whole := members.values["*"]
		if !whole {
			text, err := json.Marshal(members.values)
			if err != nil {
				panic("texts are JSON: " + err.Error())
			}
			literal = string(text)
		}
		name := strings.ToLower(strings.ReplaceAll(variable, "_", "-"))
		p.secrets[variable] = name
		p.credentials = append(p.credentials, ir.Secret{Name: name, Literal: literal, Range: members.at.Range})
		members.at.Report(codeSecret.Warning(members.at.Range, "a credential stands in the file").
			Why("It is kept out of every generated file and becomes the secret %s of the stack, but everybody who can read this file knows it.", name).
			Fix("write ${NAME} in place of it, and set the secret NAME where the workflow is deployed"))
	}
}
