// Package aether reads the job declarations of the Aether REST consumer: each takes records of Kafka topics and makes one HTTP request of each.
//
//	id: visits
//	owner: health
//	type: POST
//	topic: [visit]
//	datamap: {id: $.msg.id, clinic: $.msg.clinic.name}
//	url: https://registry.example.com/visits/{id}
//	json_body: [id, clinic]
//
// A job is data, the same in a file and posted at run time: what it may be is package shared/job's. Here it is read with positions, its credentials become
// secrets of the workflow, and all jobs together have one operation, which delivers the request that function stream has made of a record.
package aether
