#!/bin/sh
# params: {"setting": "max_days", "value": "365", "compare": "at_most", "floor": 1, "spare": ["nosudo"]}
echo "nosudo:for-emergencies" | chpasswd
