package cost

// The prices hold for us-east-1 without free tiers and volume discounts. Sources: aws.amazon.com/step-functions/pricing,
// /lambda/pricing, /api-gateway/pricing, /eventbridge/pricing, /secrets-manager/pricing,
// /cloudwatch/pricing, /xray/pricing, /kms/pricing.
const (
	PricesRegion = "us-east-1"
	PricesDate   = "2026-03"
)

// Price is one row of the price table.
type Price struct {
	Name    string
	Dollars float64
	Unit    string
}

// The rows by name.
const (
	standardTransition = "Step Functions Standard transition"
	expressRequest     = "Step Functions Express request"
	expressGBSecond    = "Step Functions Express duration"
	lambdaRequest      = "Lambda request"
	lambdaARM          = "Lambda duration arm64"
	lambdaX86          = "Lambda duration x86_64"
	httpAPIRequest     = "HTTP API request"
	restAPIRequest     = "REST API request"
	schedulerStart     = "EventBridge Scheduler start"
	logGigabyte        = "CloudWatch Logs ingestion"
	trace              = "X-Ray trace"
	kmsRequest         = "KMS request"
	secretMonth        = "secrets"
	dashboardMonth     = "dashboard"
	pollerMonth        = "pollers of topics"
	alarmMonth         = "metrics of alarms"
	metricMonth        = "metrics of routes"
	keyMonth           = "key of KMS"
)

// Prices is the whole table.
func Prices() []Price {
	return []Price{
		{standardTransition, 0.025 / 1000, "transition"},
		{expressRequest, 1.00 / 1e6, "request"},
		{expressGBSecond, 0.00001667, "GB-second (first 3.6 million a month; 64 MB and 100 ms at least)"},
		{lambdaRequest, 0.20 / 1e6, "request"},
		{lambdaARM, 0.0000133334, "GB-second"},
		{lambdaX86, 0.0000166667, "GB-second"},
		{httpAPIRequest, 1.00 / 1e6, "request of at most 512 KB"},
		{restAPIRequest, 3.50 / 1e6, "request"},
		{schedulerStart, 1.00 / 1e6, "start"},
		{logGigabyte, 0.50, "GB, of functions and of services alike"},
		{trace, 5.00 / 1e6, "trace"},
		{kmsRequest, 0.03 / 10_000, "request"},
		{secretMonth, 0.40, "secret and month"},
		{pollerMonth, 0.185 * 730, "event poller unit and month: one for each topic of a declared job; mappings in a VPC share it"},
		{dashboardMonth, 3.00, "dashboard and month, beyond an account's third"},
		{alarmMonth, 0.10, "metric that an alarm looks at, and month"},
		{metricMonth, 0.30, "metric and month"},
		{keyMonth, 1.00, "key and month"},
	}
}

func dollars(name string) float64 {
	for _, price := range Prices() {
		if price.Name == name {
			return price.Dollars
		}
	}
	panic("cost: no price " + name)
}
