"""Behaviour that neither emulator gives."""
