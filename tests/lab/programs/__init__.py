# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Small programs that the lab runs as processes of their own, inside a node's namespace.

They share nothing with the run but their arguments and the files that they write, so that what
they measure does not wait for what the run is doing.
"""
