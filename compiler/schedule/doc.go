// Package schedule reads cron expressions and says when they fire and how EventBridge Scheduler writes them.
//
//	ParseCrontab("0 6 * * 5-7")          minute hour day month weekday, as in crontab(5)
//	ParseSpring("0 0 6 * * FRI-SUN")     second minute hour day month weekday, as in Spring's CronExpression
//	ParseEventBridge("cron(0 6 ? * FRI,SAT,SUN *)")   also rate(5 minutes)
//
// All give a [Schedule]: [Schedule.Next] returns the next time at which it fires, [Schedule.EventBridge] the expression
// for AWS, or why AWS cannot say it. The three above are the same schedule.
//
// # Where the languages differ
//
//   - A day of the month and a weekday together: in crontab one of them must hold, unless a field begins with "*"; in
//     Spring both must. EventBridge takes only one of the two. "1-7 MON" of Spring is MON#1 there; the rest is refused.
//   - EventBridge's week starts on Sunday, so that FRI-SUN becomes FRI,SAT,SUN. Weekdays are written by name.
//   - Spring's seconds must be 0: schedules on AWS start on the minute.
//   - Clocks that are put forward skip the times in the gap. When they are put back, Spring fires at both times of the
//     same name, crontab and EventBridge at the first.
//
// Errors are of type [*Error], with the place in the text, the reason and a way out.
package schedule
