"""The partners' offer as it is remembered: organisations, access points and services, each in dated versions."""
