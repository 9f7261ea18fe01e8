package job

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// Settings are what all jobs of a workflow have in common: the brokers, which records a job may see, and who may steer jobs. They are those of the Aether
// REST consumer and its library, by the names of their environment variables.
type Settings struct {
	// Brokers are addresses, host:port; empty where none are configured.
	Brokers []string
	// OffsetReset is where a job begins that has not committed an offset: "earliest" or "latest".
	OffsetReset string
	Protocol    string // PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
	Mechanism   string // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; "" where nobody logs in
	// Credentials, Authority and Certificate are references of secrets: {"username", "password"}, {"certificate"} of who signs the brokers', and
	// {"certificate", "privateKey"} of the client.
	Credentials, Authority, Certificate string
	MaxPollInterval                     time.Duration

	// Values here are those of JSON, as format.DecodeJSON gives them.
	EmitFlagRequired  bool
	EmitFlagFieldPath string
	EmitFlagValues    any
	MaskingAnnotation string
	MaskingLevels     []any
	MaskingEmitLevel  any

	RegistryURL         string
	RegistryCredentials string // a reference

	AdminUser     string
	AdminPassword string // a reference
	TenancyHeader string
	DefaultTenant string
	LogLevel      string
}

// ReadSettings reads settings from the environment: what is not set, or empty, has its default. An error names the variable.
func ReadSettings(environment task.Environment) (Settings, error) {
	var settings Settings
	for _, row := range SettingRows() {
		if row.take == nil {
			continue
		}
		text := environment.Value(row.Variable)
		for _, other := range row.Others {
			if text == "" {
				text = environment.Value(other)
			}
		}
		if text == "" {
			text = row.Default
		}
		if text == "" {
			continue
		}
		if err := row.take(&settings, text); err != nil {
			return settings, fmt.Errorf("%s: %w", row.Variable, err)
		}
	}
	return settings, nil
}

// Check says why a value cannot be that of the setting; nil where it can. It is a text, as a variable holds it.
func (s Setting) Check(text string) error {
	if s.take == nil || text == "" {
		return nil
	}
	return s.take(&Settings{}, text)
}

// Text is a value of consumer.json or kafka.json as the variable holds it: a text itself, everything else in JSON.
func (s Setting) Text(value any) (string, error) {
	list, isList := value.([]any)
	if s.Variable != brokersVariable || !isList {
		return format.TextOf(value)
	}
	var texts []string
	for _, item := range list { // of kafka-python's bootstrap_servers
		text, isText := item.(string)
		if !isText {
			return "", fmt.Errorf("it is a list of addresses, not of %s", kind(item))
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ","), nil
}

// word takes one of some words.
func word(into func(*Settings) *string, words ...string) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		for _, known := range words {
			if strings.EqualFold(text, known) {
				*into(s) = known
				return nil
			}
		}
		return fmt.Errorf("%q is not one of %s", text, strings.Join(words, ", "))
	}
}

// plainText takes any text.
func plainText(into func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, text string) error { *into(s) = text; return nil }
}

// headerName takes what may be the name of a header: a token (RFC 9110, 5.6.2).
func headerName(into func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		if strings.ContainsFunc(text, func(r rune) bool { return !isTokenRune(r) }) {
			return fmt.Errorf("%q cannot be the name of a header", text)
		}
		*into(s) = text
		return nil
	}
}

func isTokenRune(r rune) bool { return isKeyRune(r) || strings.ContainsRune("!#$%&'*+.^`|~", r) }

func takeBrokers(s *Settings, text string) error {
	s.Brokers = nil
	for address := range strings.SplitSeq(text, ",") {
		address = strings.TrimSpace(address)
		host, port, ok := cutPort(address)
		if number, err := strconv.Atoi(port); !ok || host == "" || err != nil || number < 1 || number > 65535 {
			return fmt.Errorf("%q is not an address host:port", address)
		}
		s.Brokers = append(s.Brokers, address)
	}
	return nil
}

// cutPort takes an address apart at its last colon; one with a scheme is none.
func cutPort(address string) (host, port string, ok bool) {
	i := strings.LastIndexByte(address, ':')
	if i < 0 || strings.ContainsAny(address, "/ \t") {
		return "", "", false
	}
	return address[:i], address[i+1:], true
}

// takeFlag reads a truth value as the consumer's files and Python write it.
func takeFlag(s *Settings, text string) error {
	switch strings.ToLower(text) {
	case "true", "1", "yes":
		s.EmitFlagRequired = true
	case "false", "0", "no":
		s.EmitFlagRequired = false
	default:
		return fmt.Errorf("%q is not true or false", text)
	}
	return nil
}

func takeInterval(s *Settings, text string) error {
	milliseconds, err := strconv.Atoi(text)
	if err != nil || milliseconds < 1 || milliseconds > 1<<31-1 {
		return fmt.Errorf("%q is not a number of milliseconds", text)
	}
	s.MaxPollInterval = time.Duration(milliseconds) * time.Millisecond
	return nil
}

// jsonOrText is a value in JSON; what is none is a text itself.
func jsonOrText(text string) any {
	if value, err := pytext.Decode(text); err == nil {
		return value
	}
	return text
}

// EmitLevelListed reports whether the emit level is one of the levels.
func (s Settings) EmitLevelListed() bool {
	return slices.ContainsFunc(s.MaskingLevels, func(level any) bool { return pytext.Equal(level, s.MaskingEmitLevel) })
}

// takeFlagPath reads the path of the emit flag.
func takeFlagPath(s *Settings, text string) error {
	if _, err := jsonpathng.Parse(text); err != nil {
		return fmt.Errorf("%q is no path: %w", text, err)
	}
	s.EmitFlagFieldPath = text
	return nil
}

// takeFlagValues reads what the emit flag may be.
func takeFlagValues(s *Settings, text string) error {
	s.EmitFlagValues = jsonOrText(text)
	if list, isList := s.EmitFlagValues.([]any); isList && len(list) == 0 {
		return errors.New("no value is in the list: every record would be left out")
	}
	return nil
}

// takeLevels reads a list in JSON, in which no level stands twice: 1 and true are one level, as in Python.
func takeLevels(s *Settings, text string) error {
	value, err := pytext.Decode(text)
	list, isList := value.([]any)
	if err != nil || !isList || len(list) == 0 {
		return fmt.Errorf("%q is not a list of levels in JSON", text)
	}
	for i, level := range list {
		if slices.ContainsFunc(list[:i], func(lower any) bool { return pytext.Equal(lower, level) }) {
			return fmt.Errorf("the level %s stands twice, as Python compares values", pytext.Repr(level))
		}
	}
	s.MaskingLevels = list
	return nil
}
