# SPDX-License-Identifier: GPL-2.0-only
# Reads what "gcov -t -b -c" says of all tests, one after the other; a line or branch counts when any
# test took it. Prints the coverage of each pure file, and for those named in FILES (a list) whether every
# branch was taken that branches.known does not account for.
# Knows gcov's text only. Must not know a test.

# The accounts: file, how many, a part of the line, why. Tabs part them.
BEGIN {
	while ((getline row < KNOWN) > 0)
		if (row !~ /^#/ && split(row, column, "\t") == 4) {
			accounts++
			account_file[accounts] = column[1]
			account_nr[accounts] = column[2]
			account_text[accounts] = column[3]
		}
}

function account(file, text,	i) {
	for (i = 1; i <= accounts; i++)
		if (account_file[i] == file && index(text, account_text[i]) && account_nr[i] > 0) {
			account_nr[i]--
			return 1
		}
	return 0
}

/^ *-: *0:Source:/ {
	file = $0
	is_pure = sub(/.*Source:.*kmod\//, "", file) && file ~ /\.c$/
	if (is_pure && !(file in lines)) {
		order[++files] = file
		lines[file] = 0
	}
}

is_pure && /^ *[0-9#=-]+\*?: *[0-9]+:/ {
	split($0, part, ":")
	number = part[2] + 0
	if (!number || part[1] ~ /-/)
		next
	key = file SUBSEP number
	at = 0
	if (!(key in text)) {
		text[key] = $0
		sub(/^[^:]*:[^:]*:[ \t]*/, "", text[key])
		lines[file]++
		line_of[file, lines[file]] = number
	}
	if (part[1] !~ /#|=/)
		run[key] = 1
	next
}

is_pure && /^branch / {
	at++
	if (at > branches[key])
		branches[key] = at
	if ($3 == "taken" && $4 > 0)
		taken[key, at] = 1
}

function report(file,	i, key, at, ran, all, seen, missed, excused) {
	for (i = 1; i <= lines[file]; i++) {
		key = file SUBSEP line_of[file, i]
		ran += run[key]
		for (at = 1; at <= branches[key]; at++) {
			all++
			if (taken[key, at]) {
				seen++
			} else if (account(file, text[key])) {
				excused++
			} else {
				missed++
				note[file] = note[file] "# not taken: kmod/" file ":" line_of[file, i] ": " text[key] "\n"
			}
		}
	}
	printf "# kmod/%s: %.1f %% of %d lines, %.1f %% of %d branches%s\n", file, 100 * ran / lines[file],
		lines[file], all ? 100 * seen / all : 100, all, excused ? ", " excused " that cannot be taken" : ""
	return missed + 0
}

END {
	for (i = 1; i <= files; i++) {
		missed = report(order[i])
		if (index(" " FILES " ", " " order[i] " ")) {
			wanted++
			if (missed)
				printf "%s", note[order[i]]
			bad += missed
		}
	}
	for (i = 1; i <= accounts; i++)
		if (account_nr[i] > 0) {
			bad++
			print "# taken after all: " account_file[i] ": " account_text[i]
		}
	if (wanted != split(FILES, column, " ")) {
		bad++
		print "# of " FILES " only " wanted " were seen"
	}
	print (bad ? "not ok" : "ok") " - every branch of decode, ledger and tree"
	exit bad > 0
}
