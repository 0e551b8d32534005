# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The scenarios, one file per theme; each function carries the ids of the table it shows."""
