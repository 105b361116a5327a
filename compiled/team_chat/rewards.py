"""How the tasks of team_chat are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

TASKS = {
}
