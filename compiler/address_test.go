package compiler_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
)

// TestAddresses: a database URL that no run could use is told before one begins, without the password in it.
func TestAddresses(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:postgresql://host/db":                         "",
		"jdbc:sqlite:news.sqlite":                           "",
		"mysql://host/db":                                   "",
		"jdbc:sqlserver://host;databaseName=db":             "",
		"jdbc:oracle:thin:@//host:1521/x":                   `engine "oracle" is not`,
		"jdbc:oracle:thin:me/secret@//host:1521/x":          `engine "oracle" is not`,
		"localhost/x":                                       "does not start with jdbc:<engine>:",
		"postgres":                                          "does not start with jdbc:<engine>:",
		"jdbc:postgressql://host/db":                        `engine "postgressql" is not`,
		"https://host/db":                                   `engine "https" is not`,
		"jdbc:postgresql://host:port/db?password=topsecret": "cannot be used",
		"jdbc:mariadb://host/db?useSSL=false&characterEncoding=utf8&allowPublicKeyRetrieval=true&serverTimezone=UTC": "",
		"jdbc:mariadb://host/db?localSocket=x":                                            `lets no statement run: option "localsocket" is not supported`,
		"jdbc:mariadb://host/db?connectTimeout=soon":                                      `option "connecttimeout" is not a number`,
		"jdbc:sqlserver://host;password={top;secret};integratedSecurity=true":             `option "integratedsecurity" is not supported`,
		"jdbc:sqlserver://;serverName=host;portNumber=1433;user=sa;password={top;secret}": "",
		"jdbc:postgresql://host/db?ssl=true&loggerLevel=OFF&password=topsecret":           `option "loggerlevel" is not supported`,
	} {
		file := source.File{Path: "a.yaml", Bytes: []byte("datasources: {d: {type: db, url: '" + url + "'}}\noperations: {op: {fulfillments: []}}\n")}
		_, found := compiler.Compile(source.Files{file}, compiler.Options{})
		told := ""
		for _, d := range found {
			if d.Code == "COM005" {
				told += d.Summary + d.Detail + d.Fix
			}
		}
		if (want == "") != (told == "") || !strings.Contains(told, want) || strings.Contains(told, "secret") {
			t.Errorf("%s: %q", url, told)
		}
	}
}
