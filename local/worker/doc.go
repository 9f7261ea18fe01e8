// Package worker reads the topics of jobs on this machine: a consumer of its own for each job, in the job's group, that hands records to function stream.
//
// Partitions are worked on side by side, the records of one in order. What is handed over at once is as much as takes a tenth of a second or so, a batch. After a
// batch the offset behind its last finished record is committed, and only then the next one begins: a worker that is killed does at most one batch of each
// partition again. A partition that is taken away, a job that is stopped and a worker that is closed end behind the batch under way; a partition that is lost ends at once.
package worker
