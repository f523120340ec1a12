#!/bin/bash
#
# Two providers, the second of which follows the writer entry by entry.

# shellcheck source=tests/e2e/lib/providers.sh
. "$(dirname "$(readlink -f "$0")")/lib/providers.sh"
begin plain
survives_a_cut
lock_at_the_second
survives_a_restore directory2 sun
end
