package cost

import (
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/task"
)

// TestWatching checks the bills of logs and traces by hand: a million requests of one call, with the api function before it.
func TestWatching(t *testing.T) {
	assume := Usual()
	app := application(t, ir.Express, straight, &ir.HTTP{})
	logs := 1e6 * (300 + 2*1000) / 1e9 * 0.50
	near(t, "usual", Estimate(app, assume)[0].Most.Watching.Total, logs+0.25)
	assume.Watching = Watching{LogLevel: "ALL", Key: true}
	near(t, "all events and a key", Estimate(app, assume)[0].Most.Watching.Total, logs+1e6*9*450/1e9*0.50+1e6*0.01*0.03/10000)
	assume.Watching, assume.API = Watching{}, sam.APIDirect
	near(t, "direct", Estimate(app, assume)[0].Most.Watching.Total, 1e6*(300+1000)/1e9*0.50)
	near(t, "a schedule", Estimate(application(t, ir.Standard, straight, &ir.Schedule{}), assume)[0].Most.Watching.Total, 1e6*1000/1e9*0.50)
}

// TestMonth checks what a stack costs by itself: one machine with three metrics, two functions with two each, and the API with one.
func TestMonth(t *testing.T) {
	app := application(t, ir.Express, straight, &ir.HTTP{Method: "GET", Path: "/"})
	app.Catalogue[1].Variables = []task.Variable{{Name: "KEYS", Setting: task.KeysSecret}}
	assume := Usual()
	near(t, "usual", Month(app, sam.Options{}, assume).Total, 3.00)
	assume.Watching = Watching{Alarms: true, DetailedMetrics: true, Key: true}
	near(t, "all but the dashboard", Month(app, sam.Options{Authorizer: sam.APIKey}, assume).Total, 8*0.10+6*0.30+1.00+0.40)
	near(t, "direct", Month(app, sam.Options{API: sam.APIDirect}, assume).Total, 6*0.10+5*0.30+1.00)
	assume.Watching = Watching{}
	if bill := Month(app, sam.Options{}, assume); bill.Total != 0 || len(bill.Parts) != 0 {
		t.Errorf("%+v", bill)
	}
}
