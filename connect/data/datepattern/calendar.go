package datepattern

// Java's calendar is Julian before 15 October 1582 and Gregorian from then on; Go's is Gregorian throughout.

const (
	dayMillis = 24 * 60 * 60 * 1000
	cutover   = -141427 // 15 October 1582, in days since 1970
)

// date is a day of Java's calendar.
type date struct {
	year, month, day int64 // the year before 1 is 0; months and days from 1
	yearDay          int64 // from 1
	days             int64 // since 1970
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// dateOf returns the day that lies days after 1 January 1970.
func dateOf(days int64) date {
	d := date{days: days}
	// Both counts begin at 1 March of a year divisible by 400, where leap days end their years.
	var year, dayOfYear int64
	if days >= cutover {
		z := days + 719468
		era := floorDiv(z, 146097)
		doe := z - era*146097
		yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
		year, dayOfYear = yoe+era*400, doe-(365*yoe+yoe/4-yoe/100)
	} else {
		z := days + 719470
		era := floorDiv(z, 1461)
		doe := z - era*1461
		yoe := (doe - doe/1460) / 365
		year, dayOfYear = yoe+era*4, doe-365*yoe
	}
	m := (5*dayOfYear + 2) / 153
	d.day = dayOfYear - (153*m+2)/5 + 1
	if d.month = m + 3; m >= 10 {
		d.month -= 12
		year++
	}
	d.year = year
	d.yearDay = days - daysOf(year, 1, 1) + 1
	return d
}

func gregorianDays(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

func julianDays(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 4)
	yoe := year - era*4
	doy := (153*(month-3)+2)/5 + day - 1
	return era*1461 + yoe*365 + doy - 719470
}

// daysOf returns the days since 1970 of a date whose month and day may lie outside of their ranges: they count on.
func daysOf(year, month, day int64) int64 {
	year += floorDiv(month-1, 12)
	month = floorMod(month-1, 12) + 1
	if days := gregorianDays(year, month, 1) + day - 1; days >= cutover {
		return days
	}
	return julianDays(year, month, 1) + day - 1
}

// weekDay is 1 for Sunday to 7 for Saturday.
func (d date) weekDay() int64 { return floorMod(d.days+4, 7) + 1 }

// weekOfYear counts weeks as in the United States: they begin on Sunday, the first is the one that has 1 January.
func (d date) weekOfYear() (year, week int64) {
	next := daysOf(d.year+1, 1, 1)
	if nextWeek := next - floorMod(next+4, 7); d.days >= nextWeek {
		return d.year + 1, 1
	}
	first := daysOf(d.year, 1, 1)
	return d.year, (d.days-(first-floorMod(first+4, 7)))/7 + 1
}

func (d date) weekOfMonth() int64 {
	first := d.days - d.day + 1
	return (d.days-(first-floorMod(first+4, 7)))/7 + 1
}
