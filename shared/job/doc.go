// Package job is what an Aether job is, to all who know of jobs: the compiler, which reads them from files, the function jobs, which takes them over
// HTTP, and the function stream, which makes requests by them.
//
// A job takes the records of Kafka topics and makes one HTTP request of each: [Job.DataMap] picks values out of a record, and URL, query and body are
// made of what was picked. Jobs are data. One that stands in a file and one that was posted are the same, and are kept in a [Store].
package job
