"""Why the database refuses, in its own words: one sentence for both databases."""

REFUSALS = {
    "nobody": "an open case needs an active employee as primary responsible",
    "back_dated": "a primary responsible cannot be back-dated",
    "idle": "primary_since changes only with the primary responsible",
    "sealed": "a closed case keeps its primary responsible",
    "closing": "a case closes now, with the primary responsible it has",
    "kept": "a case is never deleted or replaced",
    "history": "the history of primary responsibles is written by the database alone",
    "holder": "this employee is primary responsible of an open case",
    "employee": "an employee is never replaced",
    "time": "the last act of a case never moves back",
}
