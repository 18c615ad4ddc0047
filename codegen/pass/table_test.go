package pass

import "testing"

func TestOrderOfPassesKeepsItsReasons(t *testing.T) {
	done := map[string]bool{}
	for _, p := range Table {
		for before, reason := range p.After {
			if !done[before] {
				t.Errorf("%s runs before %s, but %s", p.Name, before, reason)
			}
			if reason == "" {
				t.Errorf("%s is after %s without a reason", p.Name, before)
			}
		}
		if done[p.Name] {
			t.Errorf("%s runs twice", p.Name)
		}
		done[p.Name] = true
	}
}
