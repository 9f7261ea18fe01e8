package job

// paced is how many seconds the records of a batch with a pace may wait for one another: less than a function behind a Kafka mapping lasts, which begins no
// record for which its time would not suffice.
const paced = 400

// Batch is how many records a job is given at once, of so many at most: no more of one with a RateLimit than have their turns while a function lasts. What is
// left of a batch counts as an attempt, of which mappings with a destination for failures make few.
func (j Job) Batch(most int) int {
	if j.RateLimit <= 0 {
		return most
	}
	return max(1, int(min(float64(most), paced/j.RateLimit)))
}
