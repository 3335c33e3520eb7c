#!/bin/sh
# params: {}
nft add table ip other
