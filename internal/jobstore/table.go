package jobstore

import (
	"context"

	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/task"
)

// CreateTable makes a table of DynamoDB as a row describes it.
func CreateTable(ctx context.Context, client *aws.Client, table task.Table, name string) error {
	attributes := map[string]string{}
	key := func(attribute task.Attribute, kind string) map[string]string {
		attributes[attribute.Name] = map[task.Type]string{task.TypeText: "S", task.TypeNumber: "N"}[attribute.Type]
		return map[string]string{"AttributeName": attribute.Name, "KeyType": kind}
	}
	input := map[string]any{
		"TableName": name, "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": []any{key(table.Key, "HASH"), key(table.Sort, "RANGE")},
	}
	var indexes []any
	for _, index := range table.Indexes {
		indexes = append(indexes, map[string]any{
			"IndexName": index.Name, "KeySchema": []any{key(index.Key, "HASH"), key(index.Sort, "RANGE")}, "Projection": map[string]string{"ProjectionType": "ALL"},
		})
	}
	input["GlobalSecondaryIndexes"] = indexes
	var definitions []any
	for name, kind := range attributes {
		definitions = append(definitions, map[string]string{"AttributeName": name, "AttributeType": kind})
	}
	input["AttributeDefinitions"] = definitions
	var output struct{}
	err := client.Call(ctx, aws.Operation{Service: "dynamodb", ID: task.ServiceDynamoDB, Target: "DynamoDB_20120810.CreateTable", Version: "1.0"}, input, &output)
	for status := ""; err == nil && status != "ACTIVE"; {
		var described struct{ Table struct{ TableStatus string } }
		err = client.Call(ctx, aws.Operation{
			Service: "dynamodb", ID: task.ServiceDynamoDB, Target: "DynamoDB_20120810.DescribeTable", Version: "1.0", Idempotent: true,
		}, map[string]string{"TableName": name}, &described)
		status = described.Table.TableStatus
	}
	return err
}
