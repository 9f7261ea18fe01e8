package apichap

import (
	"cmp"
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/source"
)

// files reads the YAML files of a folder, named by their base.
func files(t *testing.T, folder string) source.Files {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no YAML files in %s", folder)
	}
	var list source.Files
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, source.File{Path: filepath.Base(path), Bytes: content})
	}
	return list
}

// TestVendorSamples: the vendor's own projects compile, with warnings where the files are wrong and nowhere else.
func TestVendorSamples(t *testing.T) {
	root := filepath.Join(cmp.Or(os.Getenv("STEPLOOM_SAMPLES"), "../../../../shared/samples"), "apichap")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the vendor's sample projects are not at %s", root)
	}
	for project, want := range map[string][]string{
		"product-api-mariadb": {
			"datasources_demodb.yaml:7:15 APC023",
		},
		"petstore-api-authentication-postgres": {
			"datasource_postdb.yaml:6:15 APC023",
			"openapi.yaml:104:9 APC028",
			"settings.yaml:7:15 APC023",
		},
		"contact-sync-api-hubspot-rest": {
			"GET_contact.yaml:19:15 APC018",
			"GET_contact.yaml:50:56 APC007",
			"GET_contact.yaml:64:56 APC007",
			"GET_contact.yaml:82:41 APC010",
			"GET_contact_sync.yaml:47:60 APC007",
			"GET_contact_sync.yaml:61:60 APC007",
			"datasource_mydatabase.yaml:7:15 APC023",
			"openapi.yaml:17:9 APC028",
		},
	} {
		t.Run(project, func(t *testing.T) {
			list := files(t, filepath.Join(root, project, "specs"))
			if !detect(list) {
				t.Error("not recognised")
			}
			_, problems := parse(list)
			var got []string
			for _, problem := range problems {
				if problem.Severity == 0 {
					t.Errorf("error %s: %s", problem.Range, problem.Summary)
				}
				got = append(got, problem.Range.String()+" "+problem.Code)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNewsroom(t *testing.T) {
	_, problems := parse(files(t, "../../../workflows/newsroom/specs"))
	for _, problem := range problems {
		t.Errorf("%s: %s: %s", problem.Range, problem.Severity, problem.Summary)
	}
}
