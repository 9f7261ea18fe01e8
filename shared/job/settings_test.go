package job

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

func TestDefaultSettings(t *testing.T) {
	got, err := ReadSettings(nil)
	numbers := func(levels ...int64) (all []any) {
		for _, level := range levels {
			all = append(all, level)
		}
		return all
	}
	want := Settings{
		OffsetReset: "earliest", Protocol: "PLAINTEXT", MaxPollInterval: 10 * time.Second, EmitFlagFieldPath: "$.approved", EmitFlagValues: []any{true},
		MaskingAnnotation: "aetherMaskingLevel", MaskingLevels: numbers(0, 1, 2, 3, 4, 5), MaskingEmitLevel: int64(0),
		AdminUser: "admin", DefaultTenant: "no-tenant", LogLevel: "INFO",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestSettingsOfVariables(t *testing.T) {
	got, err := ReadSettings(task.Variables(map[string]string{
		"BOOTSTRAP_SERVERS": "a:9092, [::1]:9093", "AETHER_EMIT_FLAG_VALUES": "publish", "AETHER_MASKING_SCHEMA_LEVELS": `["false","true"]`,
		"AETHER_MASKING_SCHEMA_EMIT_LEVEL": "false", "SASL_MECHANISM": "scram-sha-512", "AETHER_EMIT_FLAG_REQUIRED": "True", "LOG_LEVEL": "debug",
	}))
	if err != nil || strings.Join(got.Brokers, "|") != "a:9092|[::1]:9093" || got.EmitFlagValues != "publish" || got.MaskingEmitLevel != "false" ||
		got.Mechanism != "SCRAM-SHA-512" || !got.EmitFlagRequired || got.LogLevel != "DEBUG" {
		t.Errorf("%+v, %v", got, err)
	}
	for variable, text := range map[string]string{
		"KAFKA_URL": "http://a:9092", "AUTO_OFFSET_RESET": "middle", "SASL_MECHANISM": "GSSAPI", "AETHER_EMIT_FLAG_REQUIRED": "maybe",
		"AETHER_MASKING_SCHEMA_LEVELS": "0,1", "MAX_POLL_INTERVAL_MS": "soon", "SECURITY_PROTOCOL": "TLS", "LOG_LEVEL": "loud",
		"AETHER_EMIT_FLAG_FIELD_PATH": "$.[", "AETHER_EMIT_FLAG_VALUES": "[]",
	} {
		if _, err := ReadSettings(task.Variables(map[string]string{variable: text})); err == nil || !strings.HasPrefix(err.Error(), variable+": ") {
			t.Errorf("%s=%s: %v", variable, text, err)
		}
	}
}

// TestLevels: a level stands once in the list, as Python compares values.
func TestLevels(t *testing.T) {
	for text, sound := range map[string]bool{
		`[0, "0", null, [0]]`: true, `[0, 1, 0]`: false, `[1, true]`: false, `[1, 1.0]`: false, `["a", "b", "a"]`: false, `[{"a": 1}, {"a": 1.0}]`: false, `[]`: false,
	} {
		if _, err := ReadSettings(task.Variables(map[string]string{"AETHER_MASKING_SCHEMA_LEVELS": text})); (err == nil) != sound {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestSettingsOfFiles: each key of the consumer's own files is known, and what it becomes is read.
func TestSettingsOfFiles(t *testing.T) {
	folder := conformance.Sample(t, "aether")
	files, _ := filepath.Glob(filepath.Join(folder, "conf_*.json"))
	if len(files) == 0 {
		t.Fatal("no settings in " + folder)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		value, err := format.DecodeJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		variables := map[string]string{}
		for _, member := range value.(format.Object) {
			setting, known := FindSetting(member.Name)
			text, err := setting.Text(member.Value)
			if !known || err != nil || setting.Check(text) != nil {
				t.Errorf("%s: %s: %v %v", filepath.Base(file), member.Name, known, err)
			}
			if setting.Ignored == "" {
				variables[setting.Variable] = text
			}
		}
		if _, err := ReadSettings(task.Variables(variables)); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}

// TestTenancyHeader: a header that nobody can send would make every request fail.
func TestTenancyHeader(t *testing.T) {
	setting, known := FindSetting("tenancy_header")
	if !known || setting.Check("X-Oauth_Realm.1") != nil {
		t.Error("a header is refused", known)
	}
	for _, text := range []string{"x realm", "X-Realm:", "réalm", "a\r\nb"} {
		if setting.Check(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestSettingRows: each row says what it is or why it is ignored, and no key stands there twice.
func TestSettingRows(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range SettingRows() {
		if (row.Variable == "") == (row.Ignored == "") || row.Ignored == "" && row.Doc == "" || row.Key == "" && row.Variable == "" {
			t.Errorf("%+v is not whole", row)
		}
		if row.Key != "" && seen[row.Key] {
			t.Errorf("%s stands there twice", row.Key)
		}
		seen[row.Key] = true
		if row.Check(row.Default) != nil {
			t.Errorf("%s: the default %q cannot be", row.Variable, row.Default)
		}
	}
}
