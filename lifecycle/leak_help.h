/* The help of `tenure leak`, beside its parts and not in the table. */
#ifndef TN_LIFECYCLE_LEAK_HELP_H
#define TN_LIFECYCLE_LEAK_HELP_H

extern const char leak_help[];

#endif
