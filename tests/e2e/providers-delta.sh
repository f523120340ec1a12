#!/bin/bash
#
# Two providers, the second of which follows the writer's access log, as shipped.

# shellcheck source=tests/e2e/lib/providers.sh
. "$(dirname "$(readlink -f "$0")")/lib/providers.sh"
begin delta
refuses_account_changes
changes_at_the_writer
release_is_the_writers
doctor_compares
survives_a_cut
lock_at_the_second
survives_a_restore directory2 sun
survives_a_restore directory zhou
end
