// Package jobtable keeps jobs in DynamoDB: a [job.Store] on one table, through package aws and without the SDK's client.
//
// The items of a job have its key as their hash key, and as their range key what they are: "job" is the record itself, "counts" the numbers, "rate" the
// time of the next request, and "log#…" a line of the log each, which expires. The index "tenant" finds the records of a tenant; it has the attribute
// "tenant" of records alone, and follows the table by moments.
package jobtable

import "github.com/steploom/steploom/shared/task"

// Name is what rows of functions call the table, Variable holds its name at run time, and Setting is what a deployment gives that.
const (
	Name                  = "jobs"
	Variable              = "STEPLOOM_JOBS_TABLE"
	Setting  task.Setting = "jobs table"
)

// The attributes of items.
const (
	keyAttribute     = "key"
	partAttribute    = "part"
	tenantAttribute  = "tenant"
	expiresAttribute = "expires"
	tenantIndex      = "tenant"
)

// Tables are the tables that the store needs.
func Tables() []task.Table {
	key := task.Attribute{Name: keyAttribute, Type: task.TypeText}
	return []task.Table{{
		Name: Name, Doc: "Jobs, what is known of them, and their logs.",
		Key: key, Sort: task.Attribute{Name: partAttribute, Type: task.TypeText}, Expires: expiresAttribute,
		Indexes: []task.Index{{Name: tenantIndex, Key: task.Attribute{Name: tenantAttribute, Type: task.TypeText}, Sort: key}},
		Setting: Setting,
	}}
}

// TableVariable is the variable with the table's name.
func TableVariable() task.Variable {
	return task.Variable{Name: Variable, Doc: "the DynamoDB table of the jobs", Required: true, Setting: Setting}
}

// Permissions are what a [job.Store] on the table needs.
func Permissions(when string) []task.Permission {
	var all []task.Permission
	for _, action := range []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchWriteItem"} {
		all = append(all, task.Permission{Action: "dynamodb:" + action, Resource: "table " + Name, When: when})
	}
	return all
}

// FailedPermission is what [Store.Failed] needs beside.
func FailedPermission(when string) task.Permission {
	return task.Permission{Action: "dynamodb:Scan", Resource: "table " + Name, When: when}
}
