package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

const petsScript = `
CREATE SCHEMA stock AUTHORIZATION dbo;
GO
CREATE TABLE dbo.pet (id INT IDENTITY(1,1) NOT NULL PRIMARY KEY CLUSTERED, name NVARCHAR(50) NOT NULL, born DATETIME2 DEFAULT SYSUTCDATETIME(), alive BIT DEFAULT 1);
CREATE TABLE [stock].[food] ([id] [int] IDENTITY(1,1) NOT NULL, [pet] [int] NULL, [label] [nvarchar](max) NULL, CONSTRAINT [PK_food] PRIMARY KEY CLUSTERED ([id] ASC)) ON [PRIMARY]
GO
ALTER TABLE [stock].[food] WITH CHECK ADD CONSTRAINT [FK_food_pet] FOREIGN KEY([pet]) REFERENCES [dbo].[pet] ([id])
GO
SET IDENTITY_INSERT [stock].[food] ON
INSERT [stock].[food] ([id], [pet], [label]) VALUES (1, NULL, N'hay')
SET IDENTITY_INSERT [stock].[food] OFF
INSERT INTO pet (name) VALUES (N'Rex')
`

const petsAPICHAP = `
datasources:
  db: {type: db, url: 'jdbc:sqlserver://127.0.0.1:1;databaseName=pets;encrypt=false'}
operations:
  'POST /pets':
    fulfillments:
      - {name: pet, type: update, datasource: db, instructions: [{sql: {query: "INSERT INTO dbo.pet (name) VALUES (?)", parameters: [{param: 'BODY($.name)'}]}}]}
      - {name: food, type: update, datasource: db, instructions: [{sql: {query: "INSERT INTO stock.food (pet, label) VALUES (?, 'milk')", parameters: [{param: 'VALUE(pet, $.GENERATED_KEYS)'}]}}]}
      - {name: found, type: read, datasource: db, instructions: [{sql: {query: "SELECT p.id, p.name, p.alive, f.label FROM pets.dbo.pet p JOIN [stock].food f ON f.pet = p.id"}}]}
    responses:
      - {name: ok, statuscode: 200, default: true, schema: {answer: 'VALUE(found, $)'}}
`

const petsOSOP = `
osop_version: "2.0"
id: pets
name: Pets
inputs:
  name: {type: string, required: true}
nodes:
  - {id: pet, type: db, runtime: {engine: sqlserver, connection: "jdbc:sqlserver://127.0.0.1:1;databaseName=pets", query: "INSERT INTO dbo.pet (name) VALUES (${inputs.name})"}, outputs: [key]}
  - {id: food, type: db, runtime: {engine: sqlserver, connection: "jdbc:sqlserver://127.0.0.1:1;databaseName=pets", query: "INSERT INTO stock.food (pet, label) VALUES (${key}, 'milk')"}, inputs: [key], outputs: [food]}
  - {id: found, type: db, runtime: {engine: sqlserver, connection: "jdbc:sqlserver://127.0.0.1:1;databaseName=pets", query: "SELECT p.id, p.name, p.alive, f.label FROM pets.dbo.pet p JOIN [stock].food f ON f.pet = p.id"}, inputs: [food], outputs: [answer]}
edges:
  - {from: pet, to: food}
  - {from: food, to: found}
`

// TestStandInForSQLServer: on the embedded database that stands for SQL Server an INSERT gives its key, so that what is written next has it, and tables are
// found in the schemas that the queries name.
func TestStandInForSQLServer(t *testing.T) {
	for file, content := range map[string]string{"specs/pets.yaml": petsAPICHAP, "pets.osop.yaml": petsOSOP} {
		folder := numbersProject(t, file, content)
		if err := os.MkdirAll(filepath.Join(folder, "db"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "db", "1.sql"), []byte(petsScript), 0o644); err != nil {
			t.Fatal(err)
		}
		operation := "POST /pets"
		if strings.HasSuffix(file, ".osop.yaml") {
			operation = "pets"
		}
		var out, errs, compact bytes.Buffer
		std := cli.Std{In: strings.NewReader(`{"name": "Tom"}`), Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}
		if code := cli.Main([]string{"run", folder, operation, "--body", "-"}, std); code != cli.ExitOK {
			t.Fatalf("%s: exit code %d: %s", file, code, &errs)
		}
		if err := json.Compact(&compact, out.Bytes()); err != nil {
			t.Fatal(err)
		}
		if want := `"answer":[{"id":2,"name":"Tom","alive":true,"label":"milk"}]`; !strings.Contains(compact.String(), want) {
			t.Errorf("%s gives %s, want %s", file, &compact, want)
		}
	}
}
